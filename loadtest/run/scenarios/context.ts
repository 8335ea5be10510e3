import type { Size } from '../command.ts';
import { judge, told, type Figure } from '../figures.ts';
import type { Latency } from '../k6-summary.ts';
import type { Ledger } from '../ledger.ts';
import type { Marker } from '../marker.ts';
import { cpuBetween } from '../process-usage.ts';
import { runK6, type Arrivals, type K6Load, type K6Run } from '../run-k6.ts';
import { Sampler, type Sample } from '../sampler.ts';
import type { ScenarioName } from '../scenario-names.ts';
import type { Subject } from '../subject.ts';
import { partUsage, type PartUsage } from '../thread-usage.ts';

/** What the bare handler came to in this run: what everything else is measured against. */
export interface Reference {
  single: Latency;
  /** Processor time of the bare handler for one request; null where the system does not tell. */
  singleCpuUs: number | null;
  batchItemsPerSecond: number;
  /** Answers a second where 5,000 are asked for: what k6 and the machine have left for a handler that does nothing. */
  limitPerSecond: number;
}

export interface Context {
  k6: string;
  size: Size;
  subject: Subject;
  fragmentsFile: string;
  idPrefix: string;
  ledger: Ledger;
  reference: Reference | undefined;
  soakMinutes: number;
  soakPerSecond: number;
  /** What k6 runs now, for the ledger. */
  scenario: ScenarioName;
  say(line: string): void;
  /** For the report. */
  keepSamples(title: string, samples: readonly Sample[]): void;
  keepMarkers(title: string, markers: readonly Marker[]): void;
}

export type Scenario = (context: Context) => Promise<Figure[]>;

export interface Offered extends K6Run {
  /** Processor time of the server and its nats-server for one accepted item. */
  cpuUsPerItem: number | null;
  /** The same by part: what the load left behind is not in it. */
  cpuUsByPart: PartUsage | null;
  samples: readonly Sample[];
}

/** Loads the server under test; what it answered goes into the run's book. */
export async function offer(context: Context, load: Pick<K6Load, 'arrivals' | 'batchItems' | 'badShare' | 'wallSeconds' | 'thresholds'>): Promise<Offered> {
  const { subject, k6, fragmentsFile, idPrefix, ledger } = context;
  const sampler = new Sampler(subject);
  const { pid } = subject.server;
  const before = await subject.usage();
  const partsBefore = pid === undefined ? null : await partUsage(pid);
  sampler.start();
  const run = await runK6({ k6, fragmentsFile, idPrefix, url: subject.url, ...load }).finally(() => sampler.stop());
  const cpuMs = cpuBetween(before, await subject.usage());
  const partsAfter = pid === undefined || pid !== subject.server.pid ? null : await partUsage(pid);
  ledger.add(run, context.scenario, load.arrivals.map(({ name }) => name));
  const perItem = (ms: number): number => (ms * 1_000) / run.acceptedItems;
  const isKnown = run.acceptedItems > 0;
  return {
    ...run, samples: sampler.samples,
    cpuUsPerItem: cpuMs === null || !isKnown ? null : perItem(cpuMs),
    cpuUsByPart: partsBefore === null || partsAfter === null || !isKnown ? null : {
      mainThread: perItem(partsAfter.mainThread - partsBefore.mainThread), otherThreads: perItem(partsAfter.otherThreads - partsBefore.otherThreads),
      engine: perItem(partsAfter.engine - partsBefore.engine), nats: perItem(partsAfter.nats - partsBefore.nats),
    },
  };
}

/** The same load several times, one after another, so that a figure has a spread. */
export function rounds(count: number, seconds: number, arrivals: Omit<Arrivals, 'startsAfterSeconds' | 'seconds'>): Arrivals[] {
  return Array.from({ length: count }, (_, round) => ({ ...arrivals, name: `${arrivals.name}r${round + 1}`, startsAfterSeconds: round * seconds, seconds }));
}

/** Every request must be answered with 202 or 429: of any other the client does not know what became of it. */
export function notKnown(title: string, uncertainItems: number): Figure {
  return judge(told(`${title}: answered neither 202 nor 429`, uncertainItems, 'items'), 'exactly', 0);
}

/** A latency with its target; only told in a smoke run, which judges correctness alone. */
export function judgeLatency({ size }: Pick<Context, 'size'>, figure: Figure, maxMs: number): Figure {
  return size === 'smoke' ? figure : judge(figure, 'at-most', maxMs);
}
