import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { BoardCounts } from '../core/live.ts';
import type { Counted } from './count-entries.ts';
import { GLIMPSES_INTERVAL_MS, GLIMPSES_MAX, publishLive, type LiveGlimpses } from './publish-live.ts';
import { storedItem } from './store/testing/items.ts';
import { SUBJECTS } from './subjects.ts';

/** What is told of feedback when entries with these ids by workspace are counted at once, one entry a list. */
function glimpsesOf(entries: readonly (readonly [workspace: string, id: string])[][]): LiveGlimpses[] {
  const scheduler = new TestScheduler(() => undefined);
  const told: LiveGlimpses[] = [];
  const counted = new Subject<Counted>();
  const board = (): BoardCounts => ({} as BoardCounts);
  const publish = (subject: string, body: Uint8Array): void => {
    if (subject === SUBJECTS.liveFeedback) told.push(JSON.parse(new TextDecoder().decode(body)) as LiveGlimpses);
  };
  const running = publishLive(counted, { broadcast: { publish }, board, scheduler }).subscribe();
  entries.forEach((rows, at) => counted.next({
    sequence: at + 1, timeMs: at, kind: 'scored', items: rows.length, events: [], notices: [], ack: () => undefined,
    rows: rows.map(([workspace, id], index) => storedItem({ sequence: at + 1, index, item: { workspace, id } })),
  }));
  scheduler.maxFrames = GLIMPSES_INTERVAL_MS * 2;
  scheduler.flush();
  running.unsubscribe();
  return told;
}

const idsOf = ({ workspace, items }: LiveGlimpses): string => `${workspace}: ${items.map(({ id }) => id).join(' ')}`;

describe('glimpses of feedback', () => {
  it('are the newest of an interval, in the order of the log, over all of its entries', () => {
    const ids = Array.from({ length: GLIMPSES_MAX * 3 }, (_, at) => `i${at}`);
    const entries = [ids.slice(0, 5), ids.slice(5, 50), ids.slice(50)].map((part) => part.map((id) => ['default', id] as const));
    expect(glimpsesOf(entries).map(idsOf)).toEqual([`default: ${ids.slice(-GLIMPSES_MAX).join(' ')}`]);
  });

  it('are told to each workspace for itself, however few its items among the others', () => {
    const many = Array.from({ length: 100 }, (_, at) => ['big', `b${at}`] as const);
    const told = glimpsesOf([[['small', 's1'], ...many, ['small', 's2']]]).map(idsOf);
    expect(told.toSorted()).toEqual([`big: ${many.slice(-GLIMPSES_MAX).map(([, id]) => id).join(' ')}`, 'small: s1 s2']);
  });
});
