import { judge, told, type Figure } from '../figures.ts';
import { partCpuFigures } from '../part-figures.ts';
import { growthFigures } from '../growth.ts';
import { lagGrowth, lagMax } from '../lag.ts';
import { slopePerSecond } from '../sampler.ts';
import { notKnown, offer, rounds, type Context, type Scenario } from './context.ts';

const BATCH_ITEMS = 100;
const TARGET = 8_000;
/** A tenth more than the target, so that a flow which keeps up shows more than the target. */
const PROBE_BATCHES_PER_SECOND = 88;
/** Of what the probe showed, where that is less than the target: a rate that leaves room, so that lag and memory can be flat. */
const SUSTAINED_SHARE = 0.85;
const SUSTAINED_SECONDS = 300;
const SETTLED_WITHIN_MS = 240_000;
/** Lag that grows by less than this is flat: 0.3 s in five minutes. */
const LAG_GROWTH_MS_MAX = 1;

/**
 * A stream of batches above the target: what is scored, counted and stored while it lasts. At full size then five minutes at the
 * target, or at what the first part showed to be possible, in which lag and memory must be flat.
 */
export const wholeFlow: Scenario = async (context) => {
  const { size } = context;
  const seconds = { smoke: 2, quick: 10, full: 20 }[size];
  const { figures, counted } = await atTheLimit(context, seconds);
  if (size !== 'full') return figures;
  return [...figures, ...await sustained(context, sustainedBatches(counted))];
};

/** Batches a second for the five minutes after a probe that counted so many items a second: the target, where the probe reached it. */
export function sustainedBatches(countedPerSecond: number): number {
  if (countedPerSecond >= TARGET) return TARGET / BATCH_ITEMS;
  return Math.max(1, Math.floor((countedPerSecond * SUSTAINED_SHARE) / BATCH_ITEMS));
}

async function atTheLimit(context: Context, seconds: number): Promise<{ figures: Figure[]; counted: number }> {
  const { size } = context;
  const run = await offer(context, {
    batchItems: BATCH_ITEMS,
    arrivals: rounds(1, seconds, { name: 'flow', exec: 'batch', perSecond: size === 'smoke' ? 10 : PROBE_BATCHES_PER_SECOND, connections: 64 }),
  });
  const behind = await context.subject.behind();
  const startedMs = Date.now();
  await context.subject.server.settled(SETTLED_WITHIN_MS);
  const settleSeconds = (Date.now() - startedMs) / 1_000;
  context.keepSamples('whole flow at its limit', run.samples);
  // The first second is the flow filling up; what k6 waits for at its end is not the load.
  const loaded = run.samples.slice(2, 2 * seconds);
  const counted = slopePerSecond(loaded.map(({ atMs, itemsCounted }) => ({ atMs, value: itemsCounted })));
  const flow = told('whole flow: scored and counted while 8,800/s are sent', Math.round(counted), 'items/s');
  return {
    counted,
    figures: [
      size === 'smoke' ? flow : judge(flow, 'at-least', TARGET),
      told('whole flow: sent and durable', Math.round(run.acceptedItems / run.seconds), 'items/s'),
      told('whole flow: refused with 429, as scoring or counting was behind', run.refusedItems, 'items'),
      notKnown('whole flow', run.uncertainItems),
      told('whole flow: everything stored after the last request', settleSeconds, 's'),
      told('whole flow: all of it, stored', Math.round(run.acceptedItems / (run.seconds + settleSeconds)), 'items/s'),
      told('whole flow: growth of the lag', lagGrowth(loaded), 'ms/s'),
      told('whole flow: frames unscored at the end of the load', behind?.unscoredFrames ?? NaN, 'frames'),
      ...(run.cpuUsPerItem === null ? [] : [told('whole flow: processor time an accepted item', run.cpuUsPerItem, 'µs')]),
      ...partCpuFigures('whole flow', run.cpuUsByPart),
    ],
  };
}

async function sustained(context: Context, batchesPerSecond: number): Promise<Figure[]> {
  const title = `whole flow for ${SUSTAINED_SECONDS} s`;
  context.say(`${title}: ${(batchesPerSecond * BATCH_ITEMS).toLocaleString('en-US')} items/s`);
  const run = await offer(context, {
    batchItems: BATCH_ITEMS, arrivals: rounds(1, SUSTAINED_SECONDS, { name: 'sustained', exec: 'batch', perSecond: batchesPerSecond, connections: 64 }),
  });
  const behind = await context.subject.behind();
  await context.subject.server.settled(SETTLED_WITHIN_MS);
  context.keepSamples(title, run.samples);
  const later = run.samples.slice(Math.floor(run.samples.length / 3), 2 * SUSTAINED_SECONDS);
  return [
    judge(told(`${title}: sent and durable`, Math.round(run.acceptedItems / run.seconds), 'items/s'), 'at-least', TARGET),
    told(`${title}: scored and counted`, Math.round(slopePerSecond(later.map(({ atMs, itemsCounted }) => ({ atMs, value: itemsCounted })))), 'items/s'),
    judge(told(`${title}: refused with 429`, run.refusedItems, 'items'), 'exactly', 0),
    notKnown(title, run.uncertainItems),
    judge(told(`${title}: growth of the lag after the first third`, lagGrowth(later), 'ms/s'), 'at-most', LAG_GROWTH_MS_MAX),
    told(`${title}: largest lag`, lagMax(run.samples), 'ms'),
    told(`${title}: lag at the end`, behind?.lagMs ?? NaN, 'ms'),
    ...growthFigures(title, later, 'judged'),
    told(`${title}: answer p99`, run.all.p99, 'ms'),
  ];
}
