import { CorrectionWatch } from '../../alerts/corrections/correction-watch.ts';
import { TouchedFollower, type KeptPlace, type PlaceKeeper, type TouchedReader } from '../../alerts/corrections/follow-touched.ts';
import type { AlertList } from '../../alerts/list/alert-list.ts';
import type { Clock, Timers } from '../../core/clock.ts';
import type { Bus, KeyValue } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { windowsStoredThrough } from '../../stream/store/alert-windows.ts';
import { findTouchedAlerts } from '../../stream/store/find-touched-alerts.ts';
import { alertsErasedSince, labelledItems, lateItems, storedAbove, TOUCHED_PER_READ } from '../../stream/store/touched-items.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { Evidence } from '../gateway/evidence-service.ts';
import type { Customers, FeedbackLabels } from '../gateway/services.ts';
import type { AppContext } from './app-context.ts';

/** Where no place is kept (the first start of a program that keeps one), alerts that were over for no longer than this are counted again once. */
const FIRST_LOOK_AFTER_END_MS = 24 * 3_600_000;
const FIRST_LOOK_ALERTS_MAX = 1_000;
/** Who corrects, on timelines. */
const ACTOR = 'tocsin';
const PLACE_KEY = 'place';

export interface Corrections {
  /** The labels and erasures as they were given, where each act is looked at. */
  labels: FeedbackLabels;
  customers: Customers;
  stop(): void;
}

export interface CorrectionsParts {
  bus: Pick<Bus, 'log' | 'keyValue'>;
  store: Store;
  alerts: Pick<AlertList, 'list'>;
  evidence: Pick<Evidence, 'verify'>;
  labels: FeedbackLabels;
  customers: Customers;
  /** The runtime's own when absent. */
  timers?: Timers;
}

/** Counts alerts again whose numbers late feedback, people's labels or an erasure touch, however old they are. */
export function startCorrections({ clock, logger }: { clock: Clock; logger: Pick<AppContext['logger'], 'warn'> }, { bus, store, alerts, evidence, labels, customers, timers = systemTimers }: CorrectionsParts): Corrections {
  const warn = (message: string): void => logger.warn({ part: 'corrections' }, message);
  const watch = new CorrectionWatch({ verify: (alertId) => evidence.verify(alertId, ACTOR), clock, timers, warn });
  const follower = new TouchedFollower({ reader: readerOf({ bus, store, alerts, clock }), keeper: keeperOf(bus.keyValue('corrections')), watch, timers, warn });
  follower.start();
  return {
    labels: {
      ...labels,
      async set(workspace, id, act) {
        const answer = await labels.set(workspace, id, act);
        if (answer.outcome === 'kept') follower.soon();
        return answer;
      },
    },
    customers: {
      async erase(workspace, customerId) {
        const erased = await customers.erase(workspace, customerId);
        follower.soon();
        return erased;
      },
    },
    stop() {
      follower.stop();
      watch.stop();
    },
  };
}

function readerOf({ bus, store, alerts, clock }: Pick<CorrectionsParts, 'bus' | 'store' | 'alerts'> & { clock: Clock }): TouchedReader {
  const identities = async (): Promise<[string, string]> => [(await bus.log('scored').info()).identity, (await bus.log('labels').info()).identity];
  let [settledTo, storedTo, isGoingOn] = [0, 0, false];
  return {
    async begin() {
      const [scored, labels] = await identities();
      const sinceMs = clock.nowMs() - FIRST_LOOK_AFTER_END_MS;
      const alertIds = alerts.list({ limit: FIRST_LOOK_ALERTS_MAX }).filter(({ resolvedAtMs }) => resolvedAtMs === null || resolvedAtMs >= sinceMs).map(({ alertId }) => alertId);
      return { place: { scored, sequence: await storedAbove(store, scored, 0), index: Number.MAX_SAFE_INTEGER, labels, labelSequence: 0, erasedMs: clock.nowMs() }, alertIds };
    },
    async next(place) {
      const [scored, labels] = await identities();
      // A log that was lost and began anew counts from its first entry.
      const after = place['scored'] === scored ? { sequence: Number(place['sequence']), index: Number(place['index']) } : { sequence: 0, index: -1 };
      // What was stored when it was looked last: the alerts that had opened by then are on their log, and their windows are waited for.
      if (!isGoingOn) [settledTo, storedTo] = [storedTo, await storedAbove(store, scored, after.sequence)];
      const upTo = place['scored'] === scored ? Math.max(after.sequence, settledTo) : 0;
      const { identity, lastSequence } = await bus.log('alerts').info();
      if ((await windowsStoredThrough(store, identity)) < lastSequence) return { place, alertIds: [], more: false };
      const late = await lateItems(store, { logId: scored, after, upTo });
      const more = late.length === TOUCHED_PER_READ;
      const last = late.at(-1);
      const at = more && last !== undefined ? { sequence: last.sequence, index: last.index } : { sequence: upTo, index: Number.MAX_SAFE_INTEGER };
      const labelledAfter = place['labels'] === labels ? Number(place['labelSequence']) : 0;
      const labelled = await labelledItems(store, { logId: labels, after: labelledAfter });
      const erased = await alertsErasedSince(store, Number(place['erasedMs']));
      const touched = [...late.map((stored) => ({ stored, scores: [stored.score] })), ...labelled.items];
      const alertIds = new Set(erased.alertIds);
      for (const workspace of new Set(touched.map(({ stored }) => stored.item.workspace))) {
        for (const alertId of await findTouchedAlerts(store, workspace, touched.filter(({ stored }) => stored.item.workspace === workspace))) alertIds.add(alertId);
      }
      isGoingOn = more || labelled.through > labelledAfter;
      return { place: { scored, ...at, labels, labelSequence: labelled.through, erasedMs: erased.untilMs }, alertIds: [...alertIds], more: isGoingOn };
    },
  };
}

function keeperOf(bucket: KeyValue): PlaceKeeper {
  return {
    async load() {
      const text = (await bucket.entries()).get(PLACE_KEY);
      return text === undefined ? null : (JSON.parse(text) as KeptPlace);
    },
    save: (kept) => bucket.put(PLACE_KEY, JSON.stringify(kept)),
  };
}
