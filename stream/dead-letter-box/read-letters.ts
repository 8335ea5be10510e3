import { takeWhile } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import { decodeJson } from '../frames/record.ts';
import type { ReadLog } from '../ports.ts';

/** A dead letter with its place on the dead-letter log, and whether it was tried again since. */
export interface Letter {
  /** On the dead-letter log; its name for people. */
  sequence: number;
  /** Where it stood before: the log, and the sequence there. */
  log: string;
  logSequence: number;
  stage: string;
  reason: string;
  atMs: number;
  bytes: Uint8Array;
  /** Null until it was replayed. */
  replayedAtMs: number | null;
}

/** Entries of the dead-letter log that are looked through, newest last. */
const LETTERS_READ_MAX = 100_000;
const ENTRIES_IN_FLIGHT_MAX = 256;

/** Every letter from a sequence on, oldest first, with the marks of those replayed. Entries that are no letters are passed over. */
export async function readLetters(dead: ReadLog, fromSequence = 1): Promise<Letter[]> {
  const { lastSequence, entries } = await dead.info();
  if (lastSequence < fromSequence || entries === 0) return [];
  const letters = new Map<number, Letter>();
  const first = Math.max(fromSequence, lastSequence - LETTERS_READ_MAX + 1);
  await new Promise<void>((resolve, reject) => {
    dead.read(first, ENTRIES_IN_FLIGHT_MAX).pipe(takeWhile(({ entry }) => entry.sequence < lastSequence, true)).subscribe({
      next: ({ entry, ack }) => {
        note(letters, entry.sequence, entry.value);
        ack();
      },
      complete: resolve,
      error: reject,
    });
  });
  return [...letters.values()];
}

/** @throws TocsinError `not_found` */
export async function readLetter(dead: ReadLog, sequence: number): Promise<Letter> {
  const letter = (await readLetters(dead, sequence)).find((each) => each.sequence === sequence);
  if (letter === undefined) throw new TocsinError('not_found', `There is no dead letter ${sequence}.`);
  return letter;
}

function note(letters: Map<number, Letter>, sequence: number, bytes: Uint8Array): void {
  try {
    const { log, sequence: logSequence, stage, reason, atMs, bytes: content } = decodeJson('dead', bytes);
    letters.set(sequence, { sequence, log, logSequence, stage, reason, atMs, bytes: Buffer.from(content, 'base64'), replayedAtMs: null });
    return;
  } catch {
    // Else it is the mark of a replay, or damaged.
  }
  try {
    const { letter, atMs } = decodeJson('replayed', bytes);
    const replayed = letters.get(letter);
    if (replayed !== undefined) replayed.replayedAtMs = atMs;
  } catch {
    return;
  }
}
