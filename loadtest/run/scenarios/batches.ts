import { judge, told, type Figure } from '../figures.ts';
import { partCpuFigures, partMemoryFigures } from '../part-figures.ts';
import { slopePerSecond } from '../sampler.ts';
import { offer, rounds, type Scenario } from './context.ts';

const BATCH_ITEMS = 100;
const LIMIT_TARGET = 50_000;
const FLOW_TARGET = 8_000;
/** A tenth more than the target, so that a flow which keeps up shows more than the target. */
const FLOW_BATCHES_PER_SECOND = 88;
const SETTLED_WITHIN_MS = 240_000;

/** NDJSON of 100, more than any server here can take: how many items a second are durable. */
export const batchesToTheLimit: Scenario = async (context) => {
  const { size, reference } = context;
  const seconds = { smoke: 2, quick: 4, full: 10 }[size];
  const run = await offer(context, {
    batchItems: BATCH_ITEMS,
    arrivals: rounds(1, seconds, { name: 'limit', exec: 'batch', perSecond: size === 'smoke' ? 20 : 900, connections: 32 }),
  });
  const startedMs = Date.now();
  await context.subject.server.settled(SETTLED_WITHIN_MS);
  context.keepSamples('NDJSON of 100 to the limit', run.samples);
  const value = Math.round(run.acceptedItems / run.seconds);
  const figure: Figure = {
    ...told(`NDJSON of ${BATCH_ITEMS} to the limit: durable`, value, 'items/s'),
    ...(reference === undefined ? {} : { peer: 'bare handler', ratio: value / reference.batchItemsPerSecond }),
  };
  return [
    size === 'smoke' ? figure : judge(figure, 'at-least', LIMIT_TARGET),
    told('NDJSON of 100 to the limit: answer p50', run.all.p50, 'ms'),
    told('NDJSON of 100 to the limit: answer p99', run.all.p99, 'ms'),
    told('NDJSON of 100 to the limit: refused with 429', run.refusedItems, 'items'),
    told('what waited behind the gateway was stored after', (Date.now() - startedMs) / 1_000, 's'),
  ];
};

/** A steady stream of batches above the target: what is scored, counted and stored while it lasts. */
export const wholeFlow: Scenario = async (context) => {
  const { size } = context;
  const seconds = { smoke: 2, quick: 10, full: 60 }[size];
  const run = await offer(context, {
    batchItems: BATCH_ITEMS,
    arrivals: rounds(1, seconds, { name: 'flow', exec: 'batch', perSecond: size === 'smoke' ? 10 : FLOW_BATCHES_PER_SECOND, connections: 64 }),
  });
  const behind = await context.subject.behind();
  const startedMs = Date.now();
  await context.subject.server.settled(SETTLED_WITHIN_MS);
  const settleSeconds = (Date.now() - startedMs) / 1_000;
  context.keepSamples('whole flow', run.samples);
  // The first second is the flow filling up; what k6 waits for at its end is not the load.
  const loaded = run.samples.slice(2, 2 * seconds);
  const counted = slopePerSecond(loaded.map(({ atMs, itemsCounted }) => ({ atMs, value: itemsCounted })));
  const lagSlope = slopePerSecond(loaded.flatMap(({ atMs, lagMs }) => (lagMs === null ? [] : [{ atMs, value: lagMs }])));
  const memorySlope = slopePerSecond(loaded.flatMap(({ atMs, residentBytes }) => (residentBytes === null ? [] : [{ atMs, value: residentBytes / 1e6 }])));
  const flow = told('whole flow: scored and counted while 8,800/s are sent', Math.round(counted), 'items/s');
  return [
    size === 'smoke' ? flow : judge(flow, 'at-least', FLOW_TARGET),
    told('whole flow: sent and durable', Math.round(run.acceptedItems / run.seconds), 'items/s'),
    told('whole flow: everything stored after the last request', settleSeconds, 's'),
    told('whole flow: all of it, stored', Math.round(run.acceptedItems / (run.seconds + settleSeconds)), 'items/s'),
    told('whole flow: slope of the lag', lagSlope, 'ms/s'),
    told('whole flow: slope of memory', memorySlope, 'MB/s'),
    told('whole flow: frames unscored at the end of the load', behind?.unscoredFrames ?? NaN, 'frames'),
    ...partMemoryFigures('whole flow', loaded),
    ...(run.cpuUsPerItem === null ? [] : [told('whole flow: processor time an accepted item', run.cpuUsPerItem, 'µs')]),
    ...partCpuFigures('whole flow', run.cpuUsByPart),
  ];
};
