import { judge, judgeRatio, overRounds, told, type Figure } from '../figures.ts';
import { SEEN_AT } from '../marker.ts';
import type { Marker, SeenAt } from '../marker.ts';
import { partCpuFigures } from '../part-figures.ts';
import { latencyHistogram, Markers } from '../markers.ts';
import { judgeLatency, notKnown, offer, rounds, type Context, type Scenario } from './context.ts';

/** Enough for all that arrives while the server answers nothing for 0.3 s at 2,000/s: with fewer, k6 would leave those arrivals out. */
const CONNECTIONS = 600;
/** More arrivals than this that k6 could not start, and the rate was not offered. */
const DROPPED_SHARE_MAX = 0.01;
const BARE_SHARE_MIN = 0.6;
const P50_MS_MAX = 60;
const P99_MS_MAX = 200;
const MARKERS_PER_SECOND = 5;
const ASKED_EVERY = 5;

const ROUND_SECONDS = { smoke: 2, quick: 3, full: 15 } as const;

/** One item a request, at a steady rate. @param isJudged whether the rate must be offered in full: at 5,000/s k6 alone may need a core */
export function steadySingles(perSecond: number, isJudged: 'judged' | 'told'): Scenario {
  return async (context) => {
    const { size } = context;
    const title = `single items, ${perSecond.toLocaleString('en-US')}/s`;
    // Pages and walls are judged at 2,000/s, as the design says.
    const markers = perSecond === 2_000 ? new Markers({ subject: context.subject, idPrefix: `${context.idPrefix}-s`, perSecond: MARKERS_PER_SECOND, askedEvery: ASKED_EVERY }) : undefined;
    await markers?.start();
    const run = await offer(context, {
      arrivals: rounds(size === 'smoke' ? 1 : 3, ROUND_SECONDS[size], { name: `single${perSecond}`, exec: 'single', perSecond, connections: CONNECTIONS }),
      thresholds: { took: [`p(99)<${P99_MS_MAX}`] },
    });
    const sent = (await markers?.stop()) ?? [];
    // While k6 starts and ends there is no load beside a marker.
    const seen = sent.filter(({ sentAtMs }) => sentAtMs >= run.startedAtMs && sentAtMs < run.startedAtMs + run.seconds * 1_000);
    context.keepSamples(title, run.samples);
    if (markers !== undefined) {
      context.ledger.addMarkers(sent, context.scenario, 's');
      context.keepMarkers(title, seen);
    }
    const droppedShare = run.dropped / (run.dropped + run.iterations);
    const answeredP99 = told(`${title}: answer p99 of all rounds`, run.all.p99, 'ms');
    const dropped = told(`${title}: arrivals that k6 could not start`, droppedShare, 'share');
    return [
      ...latencyFigures(isJudged === 'judged' ? context.reference : undefined, title, run.rounds),
      ...(isJudged === 'told' ? [limitFigure(context, title, run.acceptedItems / run.seconds)] : []),
      // k6's own threshold as well.
      isJudged === 'judged' ? judgeLatency(context, answeredP99, P99_MS_MAX) : answeredP99,
      told(`${title}: answer max`, run.all.max, 'ms'),
      notKnown(title, run.uncertainItems),
      ...(run.cpuUsPerItem === null ? [] : [cpuFigure(context, title, run.cpuUsPerItem)]),
      ...partCpuFigures(title, run.cpuUsByPart),
      isJudged === 'judged' && size !== 'smoke' ? judge(dropped, 'at-most', DROPPED_SHARE_MAX) : dropped,
      ...(markers === undefined ? [] : markerFigures(context, title, seen)),
    ];
  };
}

/** Beside the bare handler only where the rate is offered: beyond the limit a latency says how long k6's queue is. */
function latencyFigures(reference: Context['reference'], title: string, all: readonly { p50: number; p95: number; p99: number }[]): Figure[] {
  return (['p50', 'p95', 'p99'] as const).map((quantile): Figure => {
    const figure = overRounds(`${title}: answer ${quantile}`, all.map((round) => round[quantile]), 'ms');
    return reference === undefined ? figure : { ...figure, peer: 'bare handler at 2,000/s', ratio: figure.value / reference.single[quantile] };
  });
}

/** The rate is more than k6 and the server together may have processors for: judged is the share of what a bare handler gets. */
function limitFigure({ reference, size }: Context, title: string, perSecond: number): Figure {
  const figure = told(`${title}: answered`, Math.round(perSecond), 'requests/s');
  if (reference === undefined) return figure;
  const beside = { ...figure, peer: 'bare handler at 5,000/s', ratio: perSecond / reference.limitPerSecond };
  return size === 'smoke' ? beside : judgeRatio(beside, 'at-least', BARE_SHARE_MIN);
}

function cpuFigure({ reference }: Context, title: string, cpuUs: number): Figure {
  const figure = told(`${title}: processor time an item, all stages`, cpuUs, 'µs');
  return reference?.singleCpuUs ? { ...figure, peer: 'bare handler', ratio: cpuUs / reference.singleCpuUs } : figure;
}

const SEEN_TITLES: Record<SeenAt, string> = { answered: 'POST → 202', webhook: 'POST → webhook', wall: 'POST → wall', counts: 'POST → /v1/counts', store: 'POST → stored' };

/** Of unique items sent beside the load: from when each was due. Pages and walls are judged; counts and store are asked for every 10 ms. */
export function markerFigures({ size }: Pick<Context, 'size'>, title: string, markers: readonly Marker[]): Figure[] {
  return SEEN_AT.flatMap((where): Figure[] => {
    const histogram = latencyHistogram(markers, where);
    const name = `${title}: ${SEEN_TITLES[where]}`;
    if (histogram.totalCount === 0) return [judge(told(`${name}, markers seen`, 0, 'markers'), 'at-least', 1)];
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile);
    const isLookedForAlways = where === 'webhook' || where === 'wall';
    const isJudged = size !== 'smoke' && (where === 'webhook' || where === 'wall');
    const [p50, p99] = [told(`${name} p50`, at(50), 'ms'), told(`${name} p99`, at(99), 'ms')];
    return [
      isJudged ? judge(p50, 'at-most', P50_MS_MAX) : p50,
      told(`${name} p95`, at(95), 'ms'),
      isJudged ? judge(p99, 'at-most', P99_MS_MAX) : p99,
      told(`${name} max of ${histogram.totalCount}`, histogram.maxValue, 'ms'),
      ...(isLookedForAlways ? [judge(told(`${name}: answered 202 and never seen there`, markers.filter(({ seenAtMs }) => seenAtMs.answered !== undefined && seenAtMs[where] === undefined).length, 'markers'), 'exactly', 0)] : []),
    ];
  });
}
