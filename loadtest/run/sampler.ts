import type { Subject } from './subject.ts';
import { partMemory, type PartMemory } from './part-memory.ts';
import { usageOf } from './process-usage.ts';
import { processTree } from './process-tree.ts';

/** The server at one moment. */
export interface Sample {
  atMs: number;
  /** Processor time since the start of the run, all its processes; null where the system does not tell. */
  cpuMs: number | null;
  residentBytes: number | null;
  residentByPart: PartMemory | null;
  rowsStored: number;
  itemsCounted: number;
  lagMs: number | null;
  /** Of the sliding windows, which hold more with each item until their length has passed. */
  windowBytes: number;
  /** Of what is remembered to find repeats, which fills up to its limit. */
  duplicatesBytes: number;
}

const EVERY_MS = 500;

/** Looks at the server twice a second while something runs. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #subject: Subject;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  stop(): readonly Sample[] {
    clearInterval(this.#timer);
    return this.samples;
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const { server } = this.#subject;
      const usage = server.pid === undefined ? null : await usageOf(await processTree(server.pid));
      const text = await (await fetch(`${this.#subject.url}/metrics`)).text();
      const valueOf = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
      this.samples.push({
        atMs: Date.now(), cpuMs: usage?.cpuMs ?? null, residentBytes: usage?.residentBytes ?? null, residentByPart: server.pid === undefined ? null : await partMemory(server.pid),
        rowsStored: valueOf('tocsin_rows_stored_total'), itemsCounted: valueOf('tocsin_items_counted_total'), lagMs: valueOf('tocsin_counter_lag_seconds') * 1_000, windowBytes: valueOf('tocsin_counter_bytes_held'), duplicatesBytes: valueOf('tocsin_counter_duplicates_bytes_held'),
      });
    } catch {
      // The server is away: a gap in the chart says so.
    } finally {
      this.#looking = false;
    }
  }
}

/** Slope of y over seconds by least squares; NaN with fewer than three points. */
export function slopePerSecond(points: readonly { atMs: number; value: number }[]): number {
  if (points.length < 3) return NaN;
  const meanX = points.reduce((sum, { atMs }) => sum + atMs, 0) / points.length;
  const meanY = points.reduce((sum, { value }) => sum + value, 0) / points.length;
  const covariance = points.reduce((sum, { atMs, value }) => sum + (atMs - meanX) * (value - meanY), 0);
  const variance = points.reduce((sum, { atMs }) => sum + (atMs - meanX) ** 2, 0);
  return variance === 0 ? NaN : (covariance / variance) * 1_000;
}

/** The longest time after `sinceMs` in which nothing was counted, as precise as the samples are; NaN when nothing was counted any more. */
export function longestPauseMs(samples: readonly Pick<Sample, 'atMs' | 'itemsCounted'>[], sinceMs: number): number {
  let [longestMs, lastMs, counted] = [NaN, sinceMs, samples.findLast(({ atMs }) => atMs <= sinceMs)?.itemsCounted ?? 0];
  for (const { atMs, itemsCounted } of samples) {
    if (atMs <= sinceMs || itemsCounted <= counted) continue;
    longestMs = Math.max(Number.isNaN(longestMs) ? 0 : longestMs, atMs - lastMs);
    [lastMs, counted] = [atMs, itemsCounted];
  }
  return longestMs;
}
