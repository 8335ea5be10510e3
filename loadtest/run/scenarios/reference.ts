import { startChildServer } from '../child-server.ts';
import { judge, overRounds, told, type Figure } from '../figures.ts';
import { cpuBetween } from '../process-usage.ts';
import { runK6, type K6Load } from '../run-k6.ts';
import { rounds, type Context, type Reference } from './context.ts';

const PER_SECOND = 2_000;
const CONNECTIONS = 100;
const LIMIT_PER_SECOND = 5_000;
const LIMIT_CONNECTIONS = 200;
const BATCH_ITEMS = 100;
const BATCHES_PER_SECOND = 900;
const BATCH_CONNECTIONS = 32;
/** Where even a handler that does nothing is not offered the rate, the machine is too busy for a verdict on times. */
const DROPPED_SHARE_MAX = 0.01;

/** A bare handler under the same k6, on the same machine, in the same minutes. */
export async function measureReference({ k6, fragmentsFile, idPrefix, size }: Omit<Context, 'reference'>): Promise<{ reference: Reference; figures: Figure[] }> {
  const bare = await startChildServer<{ port: number }>('loadtest/peers/gateway/bare-handler.js');
  try {
    const base: Omit<K6Load, 'arrivals'> = { k6, fragmentsFile, idPrefix, url: `http://127.0.0.1:${bare.ready.port}` };
    const seconds = size === 'full' ? 5 : 2;
    const before = await bare.usage();
    const single = await runK6({ ...base, arrivals: rounds(size === 'smoke' ? 1 : 3, seconds, { name: 'bare', exec: 'single', perSecond: PER_SECOND, connections: CONNECTIONS }) });
    const cpuMs = cpuBetween(before, await bare.usage());
    const limit = await runK6({ ...base, arrivals: rounds(1, seconds + 1, { name: 'barelimit', exec: 'single', perSecond: LIMIT_PER_SECOND, connections: LIMIT_CONNECTIONS }) });
    const batch = await runK6({ ...base, batchItems: BATCH_ITEMS, arrivals: rounds(1, seconds + 1, { name: 'barebatch', exec: 'batch', perSecond: BATCHES_PER_SECOND, connections: BATCH_CONNECTIONS }) });
    const reference: Reference = {
      single: single.all,
      singleCpuUs: cpuMs === null ? null : (cpuMs * 1_000) / single.all.count,
      // The bare handler reads the whole body and counts it as one.
      limitPerSecond: limit.acceptedItems / limit.seconds,
      batchItemsPerSecond: batch.acceptedItems / batch.seconds,
    };
    return {
      reference,
      figures: [
        judge(told(`bare handler, ${PER_SECOND}/s: arrivals that k6 could not start`, single.dropped / (single.dropped + single.iterations), 'share'), 'at-most', DROPPED_SHARE_MAX),
        overRounds(`bare handler, ${PER_SECOND}/s: answer p50`, single.rounds.map(({ p50 }) => p50), 'ms'),
        overRounds(`bare handler, ${PER_SECOND}/s: answer p99`, single.rounds.map(({ p99 }) => p99), 'ms'),
        ...(reference.singleCpuUs === null ? [] : [told('bare handler: processor time a request', reference.singleCpuUs, 'µs')]),
        told(`bare handler, ${LIMIT_PER_SECOND}/s asked for: answered`, Math.round(reference.limitPerSecond), 'requests/s'),
        told(`bare handler, NDJSON of ${BATCH_ITEMS}: to the limit of k6 and the machine`, Math.round(reference.batchItemsPerSecond), 'items/s'),
      ],
    };
  } finally {
    await bare.stop();
  }
}
