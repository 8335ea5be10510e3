import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelineStatus } from '../../core/pipeline.ts';
import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import { atLeast, exactly, told, type Measure } from './report.ts';
import type { SteadyLoad } from './steady-load.ts';
import type { TocsinUnderFault } from './tocsin-under-fault.ts';

const CLIENTS = 4;
const ITEMS_PER_SECOND = 300;
const BATCH_ITEMS = 20;
const ITEMS_MAX = 100_000;
const WARM_UP_ITEMS = 1_000;
const REFUSED_WITHIN_MS = 60_000;
const HELD_MS = 8_000;
const RECOVERED_WITHIN_MS = 60_000;
const FLOWING_LAG_MS_MAX = 3_000;

/** A trouble that the server must refuse under and recover from. */
export interface Trouble {
  begin(): Promise<void>;
  end(): Promise<void>;
}

export const LOAD_UNDER_TROUBLE = { clients: CLIENTS, itemsPerSecond: ITEMS_PER_SECOND, batchItems: BATCH_ITEMS, repeatShare: 0.1, impatientShare: 0.05, itemsMax: ITEMS_MAX };

/** Under load: begins the trouble, waits for refusals, lets them last, ends the trouble, waits for the next 202. */
export async function refuseAndRecover({ tocsin, load, trouble, say }: { tocsin: TocsinUnderFault; load: SteadyLoad; trouble: Trouble; say: (line: string) => void }): Promise<Measure[]> {
  const { ledger } = load;
  const before = ledger.acknowledged.size;
  await eventually(() => ledger.acknowledged.size >= before + WARM_UP_ITEMS, { what: 'items to be taken before the trouble', limitMs: 30_000 });
  const [beganAtMs, refusedBefore] = [performance.now(), ledger.refusedAtMs.length];
  say('the trouble begins');
  await trouble.begin();
  await eventually(() => ledger.refusedAtMs.length > refusedBefore, { what: 'a refusal', limitMs: REFUSED_WITHIN_MS }).catch((error: Error) => say(error.message));
  const firstRefusal = ledger.refusedAtMs[refusedBefore];
  await sleep(HELD_MS);
  const refusals = ledger.refusedAtMs.length - refusedBefore;
  say(`the trouble ends; ${refusals} refusals`);
  await trouble.end();
  const endedAtMs = performance.now();
  const recovered = await eventually(() => ledger.acceptedAfterMs(endedAtMs) !== undefined, { what: 'feedback to be taken again', limitMs: RECOVERED_WITHIN_MS })
    .then(() => untilFlowing(tocsin))
    .then(() => true, (error: Error) => {
      say(`${error.message}\n${tocsin.server.tail()}`);
      return false;
    });
  return [
    told('time to the first refusal', firstRefusal === undefined ? Infinity : Math.round(firstRefusal - beganAtMs), 'ms'),
    atLeast('refusals with 429 or 503', refusals, 'answers', 1),
    exactly('refusals without a clear problem', ledger.unclearProblems, 'answers', 0),
    exactly('recovered without a restart', recovered ? 1 : 0, 'recoveries', 1),
    told('time from the end of the trouble to the next 202', Math.round(ledger.acceptedAfterMs(endedAtMs) ?? Infinity), 'ms'),
  ];
}

/** Every part is ready, and what is taken is scored, counted and stored as it comes. */
async function untilFlowing(tocsin: TocsinUnderFault): Promise<void> {
  await tocsin.ready();
  await eventually(async () => {
    const { lagMs, unstoredRows } = (await getJson<PipelineStatus>(`${tocsin.url}/v1/status`)).body;
    return lagMs <= FLOWING_LAG_MS_MAX && unstoredRows <= (ITEMS_PER_SECOND * FLOWING_LAG_MS_MAX) / 1_000;
  }, { what: 'everything taken to flow through', limitMs: RECOVERED_WITHIN_MS, everyMs: 250 });
}

/** Brings the server back where it did not recover by itself. */
export async function ensureUp(tocsin: TocsinUnderFault): Promise<void> {
  if (await tocsin.ready(1_000).then(() => true, () => false)) return;
  await tocsin.kill('server');
  await tocsin.server.start();
}

/** Starts the server while the trouble lasts. @returns what it said when it did not start; undefined when it did */
export async function tryToStart(tocsin: TocsinUnderFault): Promise<string | undefined> {
  tocsin.server.printed = '';
  return await tocsin.server.start().then(() => undefined, (error: Error) => /^tocsin: .*/m.exec(tocsin.server.printed)?.[0] ?? error.message);
}
