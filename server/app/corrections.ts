import type { AlertRecord, AlertWithTimeline } from '../../alerts/list/alert-record.ts';
import { CorrectionWatch, type TouchedItems, type WatchedAlert } from '../../alerts/corrections/correction-watch.ts';
import type { AlertList } from '../../alerts/list/alert-list.ts';
import type { Bus } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { findFeedback } from '../../stream/store/search.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { Evidence } from '../gateway/evidence-service.ts';
import type { FeedbackLabels } from '../gateway/services.ts';
import type { AppContext } from './app-context.ts';

/** The newest alerts; older ones are not corrected by themselves. */
const ALERTS_MAX = 1_000;
/** Who corrects, on timelines. */
const ACTOR = 'tocsin';

/** Its window ends at the item that completed it, which for a late one lies before it opened. */
function watchedOf({ alertId, workspace, openedAtMs, windowMs, resolvedAtMs, ...rest }: AlertRecord & Partial<Pick<AlertWithTimeline, 'opening' | 'level'>>): WatchedAlert {
  const endMs = Math.min(openedAtMs, rest.opening?.basis?.windowEndMs ?? openedAtMs);
  return { alertId, workspace, openedAtMs, windowMs: windowMs + openedAtMs - endMs, resolvedAtMs, ...(rest.level === undefined ? {} : { levelAtMs: rest.level.atMs }) };
}

export interface Corrections {
  /** The labels as they were given, where each act is looked at. */
  labels: FeedbackLabels;
  stop(): void;
}

export interface CorrectionsParts {
  bus: Bus;
  store: Store;
  alerts: AlertList;
  evidence: Evidence;
  labels: FeedbackLabels;
  isStored(sequence: number): Promise<boolean>;
}

/** Counts alerts again whose windows late feedback or people's labels touch. */
export function startCorrections({ clock, logger }: AppContext, { bus, store, alerts, evidence, labels, isStored }: CorrectionsParts): Corrections {
  const warn = (message: string): void => logger.warn({ part: 'corrections' }, message);
  const watch = new CorrectionWatch({
    alerts: () => alerts.list({ limit: ALERTS_MAX }).map(watchedOf), verify: (alertId) => evidence.verify(alertId, ACTOR), isStored, clock, timers: systemTimers, warn,
  });
  const running = bus.subscribe(SUBJECTS.lateItems).subscribe((body) => watch.touched(JSON.parse(new TextDecoder().decode(body)) as TouchedItems));
  watch.lookAtAll();
  const look = async (workspace: string, id: string): Promise<void> => {
    const found = await findFeedback(store, workspace, id);
    if (found !== null) watch.touched({ workspace, createdAtMs: [found.createdAtMs] });
  };
  return {
    labels: {
      ...labels,
      async set(workspace, id, act) {
        const answer = await labels.set(workspace, id, act);
        if (answer.outcome === 'kept') look(workspace, id).catch(() => warn('A label was kept; whether it touches an alert could not be asked of the store.'));
        return answer;
      },
    },
    stop() {
      running.unsubscribe();
      watch.stop();
    },
  };
}
