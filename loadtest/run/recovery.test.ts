import { expect, it } from 'vitest';
import type { Marker } from './marker.ts';
import { latencyMs } from './markers.ts';
import { recoveryOf } from './recovery.ts';

const TIMES = { spikeEndedAtMs: 40_000, judgedFromMs: 70_000, judgedUntilMs: 90_000, slowMs: 200 };
/** A marker a second; `tookMs` null: refused. */
const markersOf = (tookMs: (atSecond: number) => number | null): Marker[] => Array.from({ length: 100 }, (_, second): Marker => {
  const [sentAtMs, took] = [second * 1_000, tookMs(second)];
  return { product: `p${second}`, id: `m${second}`, sentAtMs, seenAtMs: took === null ? {} : { answered: sentAtMs + 1, webhook: sentAtMs + took }, ...(took === null ? { isRefused: true } : {}) };
});

it('what was slow before the end of the spike or behind the time looked at does not count', () => {
  const recovery = recoveryOf(markersOf((second) => (second < 40 || second >= 90 ? 5_000 : 30)), TIMES);
  expect(recovery).toMatchObject({ backAfterSeconds: 0, notPaged: 0 });
  expect(recovery.judged).toHaveLength(20);
  expect(latencyMs(recovery.judged, 'webhook', 99)).toBe(30);
});

it('it is back after the last slow or refused marker', () => {
  expect(recoveryOf(markersOf((second) => (second === 52 ? 201 : 200)), TIMES).backAfterSeconds).toBe(12);
  expect(recoveryOf(markersOf((second) => (second === 75 ? null : 30)), TIMES)).toMatchObject({ backAfterSeconds: 35, notPaged: 1 });
});

it('a flow that refuses everything is not back: it has no latency at all', () => {
  const { judged, notPaged } = recoveryOf(markersOf((second) => (second < 40 ? 30 : null)), TIMES);
  expect(notPaged).toBe(20);
  expect(latencyMs(judged, 'webhook', 99)).toBeNaN();
});
