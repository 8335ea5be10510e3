import { judge, told } from '../figures.ts';
import { lagMax } from '../lag.ts';
import { latencyHistogram, latencyMs, Markers } from '../markers.ts';
import { recoveryOf } from '../recovery.ts';
import { notKnown, offer, type Scenario } from './context.ts';

const BASE_PER_SECOND = 20;
const FACTOR = 20;
const BATCH_ITEMS = 100;
const CONNECTIONS = 128;
const P99_MS_MAX = 200;
const MARKERS_PER_SECOND = 5;
/** Before, during, until it must be over, and how long it is looked at then: 100 markers at full size. */
const SECONDS = {
  smoke: { calm: 1, spike: 1, backWithin: 5, judged: 5 }, quick: { calm: 2, spike: 4, backWithin: 10, judged: 5 }, full: { calm: 10, spike: 30, backWithin: 30, judged: 20 },
} as const;

/** Twenty times as much for a while: nothing accepted is lost, what is too much gets 429, and soon after all is as before. */
export const spike: Scenario = async (context) => {
  const { size, subject, idPrefix } = context;
  const seconds = SECONDS[size];
  const markers = new Markers({ subject, idPrefix: `${idPrefix}-p`, perSecond: MARKERS_PER_SECOND, askedEvery: 1_000 });
  await markers.start();
  const base = { exec: 'batch' as const, perSecond: BASE_PER_SECOND, connections: CONNECTIONS };
  const run = await offer(context, {
    batchItems: BATCH_ITEMS,
    arrivals: [
      { ...base, name: 'calm', startsAfterSeconds: 0, seconds: seconds.calm },
      { ...base, name: 'spike', perSecond: BASE_PER_SECOND * FACTOR, startsAfterSeconds: seconds.calm, seconds: seconds.spike },
      { ...base, name: 'after', startsAfterSeconds: seconds.calm + seconds.spike, seconds: seconds.backWithin + seconds.judged },
    ],
  });
  const sent = await markers.stop();
  context.ledger.addMarkers(sent, context.scenario, 'p');
  context.keepSamples('spike', run.samples);
  context.keepMarkers('spike', sent);
  const spikeEndedAtMs = run.startedAtMs + (seconds.calm + seconds.spike) * 1_000;
  const judgedFromMs = spikeEndedAtMs + seconds.backWithin * 1_000;
  const { backAfterSeconds, judged, notPaged } = recoveryOf(sent, { spikeEndedAtMs, judgedFromMs, judgedUntilMs: judgedFromMs + seconds.judged * 1_000, slowMs: P99_MS_MAX });
  const before = sent.filter(({ sentAtMs }) => sentAtMs < run.startedAtMs + seconds.calm * 1_000);
  const back = told(`spike: POST → webhook p99 from ${seconds.backWithin} s after it on, ${judged.length} markers`, latencyMs(judged, 'webhook', 99), 'ms');
  const refusedAfter = told(`spike: markers refused or not paged from ${seconds.backWithin} s after it on`, notPaged, 'markers');
  const sentPerSecond = BASE_PER_SECOND * FACTOR * BATCH_ITEMS;
  return [
    told(`spike to ${sentPerSecond.toLocaleString('en-US')} items/s: accepted`, run.acceptedItems, 'items'),
    told('spike: refused with 429', run.refusedItems, 'items'),
    told('spike: markers refused with 429', sent.filter(({ isRefused }) => isRefused === true).length, 'markers'),
    notKnown('spike', run.uncertainItems),
    told('spike: answer p99', run.all.p99, 'ms'),
    told('spike: POST → webhook p99 before it', latencyMs(before, 'webhook', 99), 'ms'),
    told('spike: POST → webhook max, spike included', latencyHistogram(sent, 'webhook').maxValue, 'ms'),
    told(`spike: last marker above ${P99_MS_MAX} ms, or refused, after its end`, backAfterSeconds, 's'),
    told('spike: largest lag of the counter', lagMax(run.samples) / 1_000, 's'),
    ...(size === 'smoke' ? [back, refusedAfter] : [judge(back, 'at-most', P99_MS_MAX), judge(refusedAfter, 'exactly', 0)]),
    judge(told('spike: markers answered 202 and never paged', sent.filter(({ seenAtMs }) => seenAtMs.answered !== undefined && seenAtMs.webhook === undefined).length, 'markers'), 'exactly', 0),
  ];
};
