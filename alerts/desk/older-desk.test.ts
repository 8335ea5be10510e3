import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemorySnapshots } from '../../stream/bus/memory-snapshots.ts';
import type { LogInfo } from '../../stream/ports.ts';
import { DESK_SNAPSHOTS, snapshotName } from '../../stream/snapshot/kind.ts';
import { createDeskState, emptyStep, type DeskState } from '../incidents/desk-state.ts';
import { journalStart, takeInput, takeJournal, type JournalEntry, type JournalInput } from '../incidents/journal.ts';
import { restoreDesk } from './restore-desk.ts';

/** Written by the programs of their time: a journal of eleven inputs, and the state after nine of them. */
const FOLDER = new URL('./fixtures/', import.meta.url);
const STANDS_AT = 9;

const bytesOf = (name: string): Uint8Array => gunzipSync(readFileSync(new URL(`${name}.gz`, FOLDER)));
const linesOf = (name: string): unknown[] => new TextDecoder().decode(bytesOf(name)).trim().split('\n').map((line) => JSON.parse(line) as unknown);
const inputs = linesOf('desk-inputs.jsonl') as JournalInput[];

/** What a person sees of it. */
function seen({ open, closed, silences }: DeskState): unknown {
  const incidents = [...open.values(), ...closed.values()].map(({ members, acknowledged, assignee, resolved }) => ({
    alerts: [...members.keys()], acknowledgedBy: acknowledged?.by ?? null, assignee: assignee ?? null, isOver: resolved !== null && resolved !== undefined,
  }));
  return { incidents, silences: [...silences.values()].map(({ id, reason }) => [id, reason]) };
}

/** The same inputs taken by the program of today. */
function today(): DeskState {
  const [state, place] = [createDeskState(), journalStart()];
  for (const input of inputs) takeInput(state, place, input, emptyStep());
  return state;
}

async function restore(bytes: Uint8Array, firstSequence: number) {
  const store = new MemorySnapshots();
  await store.put(snapshotName(STANDS_AT, DESK_SNAPSHOTS), (async function* () {
    yield bytes;
  })());
  const warnings: string[] = [];
  const info: LogInfo = { identity: 'log-1', entries: inputs.length, bytes: 0, oldestAtMs: null, firstSequence, lastSequence: inputs.length };
  return { ...await restoreDesk({ snapshots: store, log: { info: async () => info }, warn: (message) => warnings.push(message) }), warnings };
}

describe('what an older version wrote of incidents', () => {
  it('is read from its journal, inputs that are not made any more passed over, and comes to the same incidents', () => {
    const [state, place] = [createDeskState(), journalStart()];
    const entries = linesOf('journal-first.jsonl') as JournalEntry[];
    for (const entry of entries) expect(takeJournal(state, place, entry)).toMatchObject({ pages: expect.anything() });
    expect(entries.flatMap(({ inputs: of }) => of.map(({ input }) => input.kind))).toContain('correction');
    // Which pages were ordered stands on the journal, whatever today's program would order: none of them is ordered again, and their numbers go on.
    const ordered = entries.flatMap(({ pages }) => pages.map(({ number }) => number));
    expect(ordered).toEqual([1, 2, 3, 4, 5]);
    expect(state.pagesOrdered).toBeGreaterThanOrEqual(5);
    expect(seen(state)).toEqual(seen(today()));
    expect(place.outstanding).toEqual([]);
  });

  it.each(['desk-format-1-first', 'desk-format-1'])('is gone on from a snapshot, whether the journal before it is there or not: %s', async (name) => {
    for (const firstSequence of [1, STANDS_AT + 1]) {
      const { state, place, sequence, warnings } = await restore(bytesOf(`${name}.snapshot`), firstSequence);
      expect({ sequence, warnings }).toEqual({ sequence: STANDS_AT, warnings: [] });
      for (const input of inputs.slice(STANDS_AT)) takeInput(state, place, input, emptyStep());
      expect(seen(state)).toEqual(seen(today()));
    }
  });
});

describe('what a newer version wrote of incidents', () => {
  const newer = (): Uint8Array => {
    const bytes = bytesOf('desk-format-1.snapshot').slice();
    bytes[new TextDecoder('latin1').decode(bytes.subarray(0, 200)).indexOf('"stateFormat":1') + '"stateFormat":'.length] = '7'.charCodeAt(0);
    return bytes;
  };

  it('is not used, and the journal is read from its beginning', async () => {
    const { sequence, isCutOff, warnings } = await restore(newer(), 1);
    expect({ sequence, isCutOff, warnings }).toEqual({ sequence: 0, isCutOff: false, warnings: ['The snapshot desk-0000000000000009 was written by a newer version of Tocsin; an older one is tried.'] });
  });

  it('refuses the start where the journal does not reach back, and says so', async () => {
    await expect(restore(newer(), 4)).rejects.toMatchObject({ code: 'snapshot_too_new', message: expect.stringContaining('Start the newer version.') });
  });
});
