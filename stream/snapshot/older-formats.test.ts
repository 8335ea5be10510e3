import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { LogEntry, ScoredEntry } from '../../core/frame.ts';
import { boardCounts } from '../counter/board-counts.ts';
import { STATE_FORMAT, STATE_MIGRATIONS, decodeState } from '../counter/encode-state.ts';
import { queryCounts } from '../counter/query-counts.ts';
import { createState, type CounterState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import { completeConfig } from '../duplicates/config.ts';
import type { StateReader } from './restore.ts';
import { snapshotName } from './kind.ts';
import { Ground, start } from './testing/counter-run.ts';

/** Written by the programs of their time from the first 61 entries of `scored-log.jsonl`, with an alert open in three groups. */
const FOLDER = new URL('./fixtures/', import.meta.url);
const STANDS_AT = 61;
const config = { duplicates: completeConfig({ itemsMax: 4_096 }) };
const READER: StateReader<CounterState> = { format: STATE_FORMAT, decode: (bytes) => decodeState(bytes, config), migrations: STATE_MIGRATIONS };

const bytesOf = (name: string): Uint8Array => gunzipSync(readFileSync(new URL(`${name}.gz`, FOLDER)));
const log = new TextDecoder().decode(bytesOf('scored-log.jsonl')).trim().split('\n').map((line) => JSON.parse(line) as LogEntry<ScoredEntry>);

/** A start on the log with one snapshot of another version, then all that follows on the log. */
async function startWith(bytes: Uint8Array, { firstSequence = 1 } = {}) {
  const ground = new Ground();
  ground.entries.push(...log);
  ground.firstSequence = firstSequence;
  await ground.store.put(snapshotName(STANDS_AT), (async function* () {
    yield bytes;
  })());
  const { state, faults, sentences } = await start(ground, READER);
  return { faults, sentences, restored: state, ...goOn(state ?? createState(config)) };
}

function goOn(state: CounterState): { state: CounterState; events: AlertEvent[] } {
  const from = state.sequence;
  return { state, events: log.filter(({ sequence }) => sequence > from).flatMap((entry) => step(state, entry).events) };
}

/** Everything that boards and rules count at the end. */
function counts(state: CounterState): unknown {
  const { approaching: _, ...board } = boardCounts(state, 'shop');
  return {
    board,
    byCategory: queryCounts(state, { workspace: 'shop', groupBy: ['category'], where: 'complaint', windowMs: 24 * 3_600_000 }),
    byChannel: queryCounts(state, { workspace: 'shop', groupBy: ['channel'], windowMs: 2 * 3_600_000 }),
  };
}

const story = (events: readonly AlertEvent[]): string[] => events.map(({ kind, ruleId, group, count, atMs }) => `${kind} ${ruleId} ${JSON.stringify(group)} ${count} @${atMs}`);
const afresh = goOn(createState(config));
/** What is told after the place at which the snapshots stand. */
const toldLater = story(afresh.events.filter(({ sequence }) => sequence > STANDS_AT));

describe('a snapshot that an older version wrote', () => {
  it.each(['format-3', 'format-4', 'format-5-first', 'format-5'])('is gone on from: %s', async (name) => {
    const { restored, faults, state, events } = await startWith(bytesOf(`${name}.snapshot`));
    expect(faults).toEqual([]);
    expect(restored).not.toBeNull();
    expect(counts(state)).toEqual(counts(afresh.state));
    // Alerts that were open end, once, when they would have.
    expect(story(events)).toEqual(toldLater);
    expect(toldLater.filter((line) => line.startsWith('resolved'))).toHaveLength(3);
  });

  it.each([
    ['format-2', 'older-format', /^The snapshot counter-0000000000000061 was written by an older version of Tocsin and cannot be brought up to date; the state is counted anew from the log\.$/],
    // Its checksums are others than those of today.
    ['format-2-digests', 'older-format', /was written by an older version of Tocsin/],
  ])('too old to be brought up to date is counted anew from the log, and said: %s', async (name, fault, sentence) => {
    const { restored, faults, sentences, state, events } = await startWith(bytesOf(`${name}.snapshot`));
    expect({ restored, faults }).toEqual({ restored: null, faults: [fault] });
    expect(sentences[0]).toMatch(sentence);
    expect(counts(state)).toEqual(counts(afresh.state));
    expect(story(events)).toEqual(story(afresh.events));
  });
});

describe('a snapshot that a newer version wrote', () => {
  const newer = (): Uint8Array => {
    const bytes = bytesOf('format-5.snapshot').slice();
    const text = new TextDecoder('latin1').decode(bytes.subarray(0, 400));
    const at = text.indexOf('"stateFormat":5') + '"stateFormat":'.length;
    bytes[at] = '9'.charCodeAt(0);
    return bytes;
  };

  it('is refused with a sentence, and the log is counted anew', async () => {
    const { restored, faults, sentences, state, events } = await startWith(newer());
    expect({ restored, faults }).toEqual({ restored: null, faults: ['newer-format'] });
    expect(sentences).toEqual(['The snapshot counter-0000000000000061 was written by a newer version of Tocsin; an older one is tried.']);
    expect(counts(state)).toEqual(counts(afresh.state));
    expect(story(events)).toEqual(story(afresh.events));
  });

  it('refuses the start where the log no longer reaches back, and says what to do', async () => {
    await expect(startWith(newer(), { firstSequence: 40 })).rejects.toMatchObject({ code: 'snapshot_too_new', message: expect.stringContaining('Start the newer version, or move the data folder aside to begin anew.') });
  });
});
