import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { FeedbackItem } from '../../core/feedback.ts';
import { LOST_PAGES_LOG } from '../../core/lost-page.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { decodeRawFrame, encodeRawFrame } from '../frames/raw-frame.ts';
import { encodeJson } from '../frames/record.ts';
import { decodeScoredEntry } from '../frames/scored-entry.ts';
import type { AppendLog, Bus, ReadLog } from '../ports.ts';
import type { BatchWriter } from '../store/batch-writer.ts';
import { readLetter, readLetters, type Letter } from './read-letters.ts';

/** Rows of a log that nobody knows any more: they must not move the place up to which the present log is stored. */
const ORPHANS_LOG_ID = 'dead-letters';

/** Which items the store holds already. */
export interface StoredIds {
  /** Those of the ids that are there. */
  among(workspace: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface DeadLetterBoxParts {
  bus: Pick<Bus, 'log'>;
  writer: BatchWriter;
  stored: StoredIds;
  /** Sends a lost page again; rejects where it is not delivered. Absent where no server runs. */
  sendPage?(bytes: Uint8Array): Promise<void>;
  clock: Clock;
}

export interface ReplayResult {
  sequence: number;
  outcome: 'replayed' | 'already-replayed';
  /** Items on their way again; 0 where all of them are stored already. */
  items: number;
}

/**
 * What could not be processed: looks through it, and sends it on its way again.
 *
 * Every way is safe to repeat. A raw frame goes back to the raw log without the items that are stored, and its ids count as
 * given, so that the counter takes each once. A scored frame keeps its raw sequence, by which the counter knows it. A row goes to
 * the store under a token of its own. Then a mark behind the letter says that it is done.
 */
export class DeadLetterBox {
  readonly #parts: DeadLetterBoxParts;

  constructor(parts: DeadLetterBoxParts) {
    this.#parts = parts;
  }

  /** Oldest first. */
  list(): Promise<Letter[]> {
    return readLetters(this.#dead);
  }

  /** @throws TocsinError `not_found` */
  get(sequence: number): Promise<Letter> {
    return readLetter(this.#dead, sequence);
  }

  /** @throws TocsinError `not_found`, `conflict` for what cannot be replayed, or what log and store answer */
  async replay(sequence: number): Promise<ReplayResult> {
    const letter = await this.get(sequence);
    if (letter.replayedAtMs !== null) return { sequence, outcome: 'already-replayed', items: 0 };
    const items = await this.#sendAgain(letter);
    const mark = encodeJson('replayed', { letter: sequence, atMs: this.#parts.clock.nowMs(), items });
    await this.#dead.append(mark, `replayed-${sequence}`);
    return { sequence, outcome: 'replayed', items };
  }

  get #dead(): AppendLog & ReadLog {
    return this.#parts.bus.log('dead');
  }

  async #sendAgain(letter: Letter): Promise<number> {
    if (letter.stage === 'store') return this.#storeRow(letter);
    if (letter.log === 'raw') return this.#appendRaw(letter);
    if (letter.log === 'scored') return this.#appendScored(letter);
    if (letter.log.startsWith(`${LOST_PAGES_LOG}/`)) return this.#sendPage(letter);
    throw new TocsinError('conflict', `Dead letter ${letter.sequence} comes from the stage "${letter.stage}" of ${letter.log}, which takes nothing again.`);
  }

  /** A page that was delivered without its mark being written is sent twice, under the same idempotency key. */
  async #sendPage(letter: Letter): Promise<number> {
    const { sendPage } = this.#parts;
    if (sendPage === undefined) throw new TocsinError('conflict', `Dead letter ${letter.sequence} is a page: only a running server sends it again, by POST /v1/dead-letters/${letter.sequence}/replay.`);
    await sendPage(letter.bytes);
    return 1;
  }

  async #appendRaw(letter: Letter): Promise<number> {
    const frame = readable(letter, decodeRawFrame);
    const stored = new Map<string, ReadonlySet<string>>();
    for (const [workspace, items] of byWorkspace(frame.items)) stored.set(workspace, await this.#parts.stored.among(workspace, items.map(({ id }) => id)));
    const items = frame.items.filter(({ workspace, id }) => !stored.get(workspace)?.has(id)).map((item): FeedbackItem => ({ ...item, idGiven: true }));
    if (items.length === 0) return 0;
    await this.#parts.bus.log('raw').append(encodeRawFrame({ ...frame, items }), `replay-${letter.sequence}`);
    return items.length;
  }

  async #appendScored(letter: Letter): Promise<number> {
    const entry = readable(letter, decodeScoredEntry);
    if (entry.kind !== 'scored') throw new TocsinError('conflict', `Dead letter ${letter.sequence} is a ${entry.kind}, whose time has passed; there is nothing in it to replay.`);
    await this.#parts.bus.log('scored').append(letter.bytes, `replay-${letter.sequence}`);
    return entry.items.length;
  }

  async #storeRow(letter: Letter): Promise<number> {
    const row = readable(letter, decodeRow);
    const { identity, lastSequence } = await this.#parts.bus.log('scored').info();
    const { writer } = this.#parts;
    await writer.prepare();
    // A row beyond what is stored would make the sink take the rows before it for stored.
    const isOfThisLog = row.sequence <= lastSequence && row.sequence <= (await writer.storedThrough(identity));
    const stored = await this.#parts.stored.among(row.item.workspace, [row.item.id]);
    if (stored.has(row.item.id)) return 0;
    await writer.insert([row], isOfThisLog ? identity : ORPHANS_LOG_ID, `replay:${identity}:${letter.sequence}`);
    return 1;
  }
}

/** @throws TocsinError `conflict` for a letter that is as unreadable as it was */
function readable<T>({ sequence, bytes }: Letter, read: (bytes: Uint8Array) => T): T {
  try {
    return read(bytes);
  } catch (cause) {
    const why = cause instanceof TocsinError ? cause.message : 'It cannot be read.';
    throw new TocsinError('conflict', `Dead letter ${sequence} would only come back: ${why}`, { cause });
  }
}

function decodeRow(bytes: Uint8Array): StoredItem {
  const row = JSON.parse(new TextDecoder().decode(bytes)) as Partial<StoredItem>;
  if (typeof row.sequence !== 'number' || typeof row.item?.id !== 'string' || row.score === undefined) throw new TocsinError('frame_corrupt', 'It is not a row.');
  return row as StoredItem;
}

function byWorkspace(items: readonly FeedbackItem[]): Map<string, FeedbackItem[]> {
  const found = new Map<string, FeedbackItem[]>();
  for (const item of items) {
    const known = found.get(item.workspace);
    if (known === undefined) found.set(item.workspace, [item]);
    else known.push(item);
  }
  return found;
}
