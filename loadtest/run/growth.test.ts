import { expect, it } from 'vitest';
import { growthFigures } from './growth.ts';
import type { Sample } from './sampler.ts';

const MB = 1e6;
/** Ten minutes, a sample every ten seconds; the server grows by so many MB a minute, and its windows and its memory of repeats by so many of them. */
function samplesOf(serverMbPerMinute: number, windowsMbPerMinute = 0, duplicatesMbPerMinute = 0): Sample[] {
  return Array.from({ length: 61 }, (_, at): Sample => ({
    atMs: at * 10_000, cpuMs: null, residentBytes: null, rowsStored: 0, itemsCounted: 0, lagMs: 0, windowBytes: ((windowsMbPerMinute * at) / 6) * MB, duplicatesBytes: ((duplicatesMbPerMinute * at) / 6) * MB,
    residentByPart: { server: (500 + (serverMbPerMinute * at) / 6) * MB, engine: 300 * MB, nats: 200 * MB, ofFiles: at * MB },
  }));
}
const growthOf = (samples: readonly Sample[]): { value: number; met?: boolean } => growthFigures('soak', samples, 'judged').at(-1)!;

it('a server that holds still is flat, one that grows for ever is not', () => {
  expect(growthOf(samplesOf(0))).toMatchObject({ met: true });
  expect(growthOf(samplesOf(5))).toMatchObject({ met: true });
  expect(growthOf(samplesOf(20))).toMatchObject({ met: false });
});

it('what the windows and the memory of repeats hold is no leak', () => {
  expect(growthOf(samplesOf(20, 20)).value).toBeCloseTo(0);
  expect(growthOf(samplesOf(20, 20)).met).toBe(true);
  expect(growthOf(samplesOf(20, 10, 10)).value).toBeCloseTo(0);
});

it('each process has its slope, with that of both halves', () => {
  const [server, engine] = growthFigures('soak', samplesOf(6), 'told');
  expect(server).toMatchObject({ name: 'soak: slope of memory, server', unit: 'MB/min' });
  expect(server!.value).toBeCloseTo(6);
  expect(server!.spread!.min).toBeCloseTo(6);
  expect(engine!.value).toBeCloseTo(0);
});

it('a system that does not tell memory is told so, and not judged as flat', () => {
  const [figure] = growthFigures('soak', samplesOf(0).map((sample) => ({ ...sample, residentByPart: null })), 'judged');
  expect(figure!.value).toBeNaN();
  expect(figure!.met).toBeUndefined();
});
