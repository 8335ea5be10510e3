import { setTimeout as sleep } from 'node:timers/promises';
import { judge, told, type Figure } from '../figures.ts';
import { growthFigures } from '../growth.ts';
import { lagGrowth, lagMax } from '../lag.ts';
import { markerFigures } from './single.ts';
import { Markers } from '../markers.ts';
import type { LiveMemory } from '../subject.ts';
import { notKnown, offer, rounds, type Scenario } from './context.ts';

const CONNECTIONS = 200;
/** Few: each opens an incident that stays open for a day, which no real load does every second. */
const MARKERS_PER_SECOND = 0.2;
const ASKED_EVERY = 5;
/** Lag may not grow by more than a second in a thousand seconds. */
const LAG_GROWTH_MS_MAX = 1;

/** When the garbage of the server's main thread is collected and what is left is read, as shares of the load's time. */
const LIVE_AT_SHARES = [0.25, 0.6, 0.95];

interface LiveAt {
  atMs: number;
  memory: LiveMemory;
}

/** A steady load for as long as somebody asks for, with the slopes that a leak would show. */
export const soak: Scenario = async (context) => {
  const { subject, idPrefix, soakMinutes, soakPerSecond } = context;
  const seconds = Math.round(Math.max(soakMinutes, 1) * 60);
  const title = `soak, ${soakPerSecond.toLocaleString('en-US')} items/s for ${seconds} s`;
  const markers = new Markers({ subject, idPrefix: `${idPrefix}-k`, perSecond: MARKERS_PER_SECOND, askedEvery: ASKED_EVERY });
  await markers.start();
  const live: LiveAt[] = [];
  const reading = (async () => {
    for (const share of LIVE_AT_SHARES) {
      await sleep((share - (live.length === 0 ? 0 : LIVE_AT_SHARES[live.length - 1] ?? 0)) * seconds * 1_000);
      const memory = await subject.liveMemory();
      if (memory !== null) live.push({ atMs: Date.now(), memory });
    }
  })();
  const run = await offer(context, { arrivals: rounds(1, seconds, { name: 'soak', exec: 'single', perSecond: soakPerSecond, connections: CONNECTIONS }) });
  await reading;
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
    ...liveFigures(title, live),
    judge(told(`${title}: growth of the lag`, lagGrowth(later), 'ms/s'), 'at-most', LAG_GROWTH_MS_MAX),
    told(`${title}: largest lag`, lagMax(run.samples), 'ms'),
    ...markerFigures({ size: 'smoke' }, title, sent),
  ];
};

/** A heap that is collected late grows in its process and not here. */
function liveFigures(title: string, live: readonly LiveAt[]): Figure[] {
  const [first, last] = [live[0], live.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const minutes = (last.atMs - first.atMs) / 60_000;
  return ([['heapUsed', 'objects'], ['arrayBuffers', 'buffers, windows among them']] as const).map(([field, name]) => ({
    ...told(`${title}: growth of the server's live memory after collecting garbage, ${name}`, (last.memory[field] - first.memory[field]) / 1e6 / minutes, 'MB/min'),
    peer: `at first (${Math.round(first.memory[field] / 1e6)} MB)`, ratio: last.memory[field] / first.memory[field],
  }));
}
