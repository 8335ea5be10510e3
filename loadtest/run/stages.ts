import { build, type Histogram } from 'hdr-histogram-js';
import { firstValueFrom, takeWhile, tap, toArray } from 'rxjs';
import { STAGES, type Stage } from '../../core/stage.ts';
import { startNatsServer } from '../../stream/bus/nats-server.ts';
import { connectNatsBus } from '../../stream/bus/nats-bus.ts';
import { silentLogger } from '../../stream/bus/logger.ts';
import { decodeScoredEntry } from '../../stream/frames/scored-entry.ts';
import { stageTimes } from '../../stream/frames/stage-times.ts';
import { told, type Figure } from './figures.ts';
import type { Marker } from './marker.ts';
import { WARM_ID_PREFIX } from './subject.ts';
import { ensureTool } from './tools.ts';

/** One stretch of a marker's way; `ms` is of each marker, in no order. */
export interface Stretch {
  name: string;
  /** Where the way forks: to the walls, or to the receiver of pages. */
  branch: 'both' | 'wall' | 'webhook';
  ms: Histogram;
}

export interface StageReport {
  /** Of every item on the scored log, each stage that the log itself tells. */
  stages: Partial<Record<Stage, Histogram>>;
  /** Of the markers alone, from being due to being seen. */
  waterfall: Stretch[];
  items: number;
}

const IN_FLIGHT_MAX = 256;

/**
 * Reads the scored log of a stopped server from its folder: every frame carries its times, so the stages of each item are
 * known without asking the server while it was under load. Counting is not on the log; of the markers it is seen from outside.
 */
export async function readStages(dataDir: string, markers: readonly Marker[]): Promise<StageReport> {
  const stages: StageReport['stages'] = {};
  const waterfall = new Map<string, Stretch>();
  const byId = new Map(markers.map((marker) => [marker.id, marker]));
  let items = 0;
  const server = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir, logger: silentLogger });
  const clock = { nowMs: () => Date.now() };
  const bus = await connectNatsBus({ servers: server.url, name: 'loadtest', clock, telemetry: () => undefined, limits: { logBytesMax: server.logBytesMax } });
  try {
    const log = bus.log('scored');
    const { firstSequence, lastSequence } = await log.info();
    if (lastSequence < firstSequence) return { stages, waterfall: [], items };
    await firstValueFrom(log.read(firstSequence, IN_FLIGHT_MAX).pipe(
      tap(({ entry }) => {
        const frame = decodeScoredEntry(entry.value);
        if (frame.kind !== 'scored') return;
        const times = stageTimes(frame, { appendedAtMs: entry.timeMs, countedAtMs: entry.timeMs });
        // The warm-up is slow on purpose: code is compiled in it.
        if (frame.items.some(({ item }) => item.id.startsWith(WARM_ID_PREFIX))) return;
        items += frame.items.length;
        for (const stage of STAGES) {
          const ms = stage === 'count' ? undefined : times[stage];
          if (ms !== undefined) (stages[stage] ??= histogram()).recordValueWithCount(Math.round(ms), frame.items.length);
        }
        for (const { item } of frame.items) {
          const marker = byId.get(item.id);
          if (marker === undefined || frame.rawAtMs === undefined || frame.takenAtMs === undefined) continue;
          const times = [marker.sentAtMs, item.receivedAtMs, frame.gatheredAtMs, frame.rawAtMs, frame.takenAtMs, frame.scoredAtMs, entry.timeMs];
          for (const [at, name] of ['client to gateway', 'gather', 'raw log', 'wait for the scorer', 'score', 'scored log'].entries()) {
            record(waterfall, { name, branch: 'both', fromMs: times[at] ?? 0, toMs: times[at + 1] ?? 0 });
          }
          const { wall, webhook } = marker.seenAtMs;
          if (wall !== undefined) record(waterfall, { name: 'count, alert log, push to the wall', branch: 'wall', fromMs: entry.timeMs, toMs: wall });
          if (webhook !== undefined) record(waterfall, { name: 'count, alert log, notify', branch: 'webhook', fromMs: entry.timeMs, toMs: webhook });
        }
      }),
      tap((delivery) => delivery.ack()),
      takeWhile(({ entry }) => entry.sequence < lastSequence, true),
      toArray(),
    ));
  } finally {
    await bus.close(5_000);
    await server.stop();
  }
  return { stages, waterfall: [...waterfall.values()], items };
}

function histogram(): Histogram {
  return build({ lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000, numberOfSignificantValueDigits: 3 });
}

function record(waterfall: Map<string, Stretch>, { name, branch, fromMs, toMs }: { name: string; branch: Stretch['branch']; fromMs: number; toMs: number }): void {
  const stretch = waterfall.get(name) ?? { name, branch, ms: histogram() };
  waterfall.set(name, stretch);
  stretch.ms.recordValue(Math.max(0, Math.round(toMs - fromMs)));
}

export function stageFigures({ stages, waterfall }: StageReport): Figure[] {
  return [
    ...STAGES.flatMap((stage): Figure[] => {
      const ms = stages[stage];
      return ms === undefined ? [] : [told(`stage ${stage}, all items: p50`, ms.getValueAtPercentile(50), 'ms'), told(`stage ${stage}, all items: p99`, ms.getValueAtPercentile(99), 'ms')];
    }),
    ...waterfall.flatMap(({ name, ms }): Figure[] => [told(`markers at 2,000/s, ${name}: p50`, ms.getValueAtPercentile(50), 'ms'), told(`markers at 2,000/s, ${name}: p99`, ms.getValueAtPercentile(99), 'ms')]),
  ];
}
