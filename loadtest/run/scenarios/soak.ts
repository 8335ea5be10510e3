import { judge, told } from '../figures.ts';
import { growthFigures } from '../growth.ts';
import { markerFigures } from './single.ts';
import { Markers } from '../markers.ts';
import { slopePerSecond } from '../sampler.ts';
import { notKnown, offer, rounds, type Scenario } from './context.ts';

const CONNECTIONS = 200;
const MARKERS_PER_SECOND = 1;
const ASKED_EVERY = 10;
/** Lag may not grow by more than a second in a thousand seconds. */
const LAG_SLOPE_MS_MAX = 1;

/** A steady load for as long as somebody asks for, with the slopes that a leak would show. */
export const soak: Scenario = async (context) => {
  const { subject, idPrefix, soakMinutes, soakPerSecond } = context;
  const seconds = Math.round(Math.max(soakMinutes, 1) * 60);
  const title = `soak, ${soakPerSecond.toLocaleString('en-US')} items/s for ${seconds} s`;
  const markers = new Markers({ subject, idPrefix: `${idPrefix}-k`, perSecond: MARKERS_PER_SECOND, askedEvery: ASKED_EVERY });
  await markers.start();
  const run = await offer(context, { arrivals: rounds(1, seconds, { name: 'soak', exec: 'single', perSecond: soakPerSecond, connections: CONNECTIONS }) });
  const sent = await markers.stop();
  context.ledger.addMarkers(sent, context.scenario, 'k');
  context.keepSamples(title, run.samples);
  context.keepMarkers(title, sent);
  // The first quarter fills caches, the memory of repeats and the heaps.
  const later = run.samples.slice(run.samples.length >> 2);
  return [
    told(`${title}: accepted`, run.acceptedItems, 'items'),
    told(`${title}: refused with 429`, run.refusedItems, 'items'),
    notKnown(title, run.uncertainItems),
    told(`${title}: answer p99`, run.all.p99, 'ms'),
    ...growthFigures(title, later, 'judged'),
    judge(told(`${title}: slope of the lag`, slopePerSecond(later.flatMap(({ atMs, lagMs }) => (lagMs === null ? [] : [{ atMs, value: lagMs }]))), 'ms/s'), 'at-most', LAG_SLOPE_MS_MAX),
    ...markerFigures({ size: 'smoke' }, title, sent),
  ];
};
