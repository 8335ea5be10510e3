import { judge, told } from '../figures.ts';
import { latencyHistogram, Markers } from '../markers.ts';
import { notKnown, offer, type Scenario } from './context.ts';

const BASE_PER_SECOND = 20;
const FACTOR = 20;
const BATCH_ITEMS = 100;
const CONNECTIONS = 128;
const P99_MS_MAX = 200;
const MARKERS_PER_SECOND = 5;

/** Twenty times as much for a while: nothing accepted is lost, what is too much gets 429, and soon after all is as before. */
export const spike: Scenario = async (context) => {
  const { size, subject, idPrefix } = context;
  const [calmSeconds, spikeSeconds, backWithinSeconds] = size === 'full' ? [10, 30, 30] : size === 'quick' ? [2, 4, 10] : [1, 1, 5];
  const markers = new Markers({ subject, idPrefix: `${idPrefix}-p`, perSecond: MARKERS_PER_SECOND, askedEvery: 1_000 });
  await markers.start();
  const base = { exec: 'batch' as const, perSecond: BASE_PER_SECOND, connections: CONNECTIONS };
  const running = offer(context, {
    batchItems: BATCH_ITEMS,
    arrivals: [
      { ...base, name: 'calm', startsAfterSeconds: 0, seconds: calmSeconds },
      { ...base, name: 'spike', perSecond: BASE_PER_SECOND * FACTOR, startsAfterSeconds: calmSeconds, seconds: spikeSeconds },
      { ...base, name: 'after', startsAfterSeconds: calmSeconds + spikeSeconds, seconds: backWithinSeconds + 5 },
    ],
  });
  const run = await running;
  const sent = await markers.stop();
  context.ledger.addMarkers(sent, context.scenario, 'p');
  context.keepSamples('spike', run.samples);
  context.keepMarkers('spike', sent);
  const endedAtMs = (sent.at(-1)?.sentAtMs ?? 0) - 5_000;
  const after = latencyHistogram(sent.filter(({ sentAtMs }) => sentAtMs >= endedAtMs), 'webhook');
  const during = latencyHistogram(sent, 'webhook');
  const back = told(`spike: POST → webhook p99 from ${backWithinSeconds} s after it on`, after.getValueAtPercentile(99), 'ms');
  const sentPerSecond = BASE_PER_SECOND * FACTOR * BATCH_ITEMS;
  return [
    told(`spike to ${sentPerSecond.toLocaleString('en-US')} items/s: accepted`, run.acceptedItems, 'items'),
    told('spike: refused with 429', run.refusedItems, 'items'),
    told('spike: markers refused with 429', sent.filter(({ isRefused }) => isRefused === true).length, 'markers'),
    notKnown('spike', run.uncertainItems),
    told('spike: answer p99', run.all.p99, 'ms'),
    told('spike: POST → webhook max, spike included', during.maxValue, 'ms'),
    size === 'smoke' ? back : judge(back, 'at-most', P99_MS_MAX),
    judge(told('spike: markers answered 202 and never paged', sent.filter(({ seenAtMs }) => seenAtMs.answered !== undefined && seenAtMs.webhook === undefined).length, 'markers'), 'exactly', 0),
  ];
};
