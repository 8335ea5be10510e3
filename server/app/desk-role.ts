import { Subscription, interval } from 'rxjs';
import { OverlapAsker } from '../../alerts/desk/ask-overlaps.ts';
import { grownAlerts } from '../../alerts/desk/grown-alerts.ts';
import { IncidentDesk } from '../../alerts/desk/incident-desk.ts';
import type { SharedItem } from '../../alerts/evidence/shared-items.ts';
import type { RoutingBook } from '../../alerts/routing/book.ts';
import type { Bus } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { readBoard } from '../../stream/read-board.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { AppContext, Role } from './app-context.ts';
import { ask } from './ask.ts';
import { windowReader } from './evidence-services.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { RecordPlaces } from './record-sinks.ts';

/** A counter that is busy or away is not waited for: what it has is in the store soon. */
const UNSTORED_MS_MAX = 300;
const LOOK_INTERVAL_MS = 1_000;
const SILENT_AFTER_MS = 10_000;
/** Something that waits to be written for so long means that the incidents log takes nothing. */
const STUCK_AFTER_MS = 10_000;

/** Alert events and what people say about them become incidents and page orders. Runs beside the counter: one at a time is enough. */
export async function startDeskRole(context: AppContext, { bus, store, book, places }: { bus: Bus; store: Store; book: RoutingBook; places: RecordPlaces }): Promise<Role> {
  const { settings, logger, clock, metrics, health } = context;
  const warn = (message: string): void => logger.warn({ part: 'incidents' }, message);
  const overlaps = new OverlapAsker({ alerts: bus.log('alerts'), window: windowReader(bus, store), unstored: (question) => ask<SharedItem[]>(bus, SUBJECTS.unstoredShared, question, UNSTORED_MS_MAX), timers: systemTimers, take: (input) => desk.take(input), warn });
  const desk: IncidentDesk = new IncidentDesk({
    alerts: bus.log('alerts'),
    operations: bus.log('operations'),
    incidents: bus.log('incidents'),
    snapshots: {
      store: bus.snapshots('desk'), incidents: bus.log('incidents'), operations: bus.log('operations'),
      storedThrough: () => ({ incidents: places.of('incidents'), operations: places.of('operations') }),
      intervalMs: settings.TOCSIN_SNAPSHOT_INTERVAL_SECONDS * 1_000, generations: settings.TOCSIN_SNAPSHOT_GENERATIONS,
      onWritten: (snapshot) => logger.debug({ part: 'incidents', ...snapshot }, 'a snapshot of the incident desk was written'),
    },
    beginsAnew: settings.TOCSIN_INCIDENTS_BEGIN_ANEW === 'true',
    book,
    writer: `${process.pid}-${clock.nowMs()}`,
    clock,
    timers: systemTimers,
    telemetry: metrics.telemetry,
    onStep: (state, entry) => overlaps.onStep(state, entry),
    info: (message) => logger.info({ part: 'incidents' }, message),
    warn,
  });
  health.notOk('incidents', 'reading back the incidents log');
  await desk.start();
  const running = new Subscription();
  const behindMs = watchDesk(context, desk, running);
  running.add(takeGrownCounts(context, bus, desk));
  health.ok('incidents', SILENT_AFTER_MS);
  const heartbeat = startHeartbeat(context, bus, behindMs);
  return {
    async stop() {
      heartbeat?.stop();
      running.unsubscribe();
      overlaps.stop();
      desk.stop();
      health.notOk('incidents', 'stopped');
    },
  };
}

/** Says on the health board whether what waits is written. @returns for how long something has waited */
function watchDesk({ clock, health }: AppContext, desk: Pick<IncidentDesk, 'waiting'>, running: Subscription): () => number {
  let idleAtMs = clock.nowMs();
  const behindMs = (): number => (desk.waiting === 0 ? 0 : clock.nowMs() - idleAtMs);
  running.add(interval(LOOK_INTERVAL_MS).subscribe(() => {
    if (desk.waiting === 0) idleAtMs = clock.nowMs();
    if (behindMs() > STUCK_AFTER_MS) health.notOk('incidents', 'the incidents log takes nothing: pages wait');
    else health.ok('incidents', SILENT_AFTER_MS);
  }));
  return behindMs;
}

/** The live counts tell the desk which open alerts have grown. */
function takeGrownCounts({ clock }: AppContext, bus: Bus, desk: IncidentDesk): Subscription {
  return bus.subscribe(SUBJECTS.liveCounts).subscribe((body) => {
    const { state } = desk;
    if (state === undefined) return;
    const { openAlerts } = readBoard(body);
    for (const { alertId, count } of grownAlerts(state, openAlerts, clock.nowMs())) desk.take({ kind: 'count', alertId, count });
  });
}
