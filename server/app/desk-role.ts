import { IncidentDesk } from '../../alerts/desk/incident-desk.ts';
import type { RoutingBook } from '../../alerts/routing/book.ts';
import type { Bus } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { AppContext, Role } from './app-context.ts';

/** Alert events and what people say about them become incidents and page orders. Runs beside the counter: one at a time is enough. */
export async function startDeskRole({ logger, clock, metrics, health }: AppContext, { bus, book }: { bus: Bus; book: RoutingBook }): Promise<Role> {
  const desk = new IncidentDesk({
    alerts: bus.log('alerts'),
    operations: bus.log('operations'),
    incidents: bus.log('incidents'),
    book,
    writer: `${process.pid}-${clock.nowMs()}`,
    clock,
    timers: systemTimers,
    telemetry: metrics.telemetry,
    warn: (message) => logger.warn({ part: 'incidents' }, message),
  });
  health.notOk('incidents', 'reading back the incidents log');
  await desk.start();
  health.ok('incidents');
  return {
    async stop() {
      desk.stop();
      health.notOk('incidents', 'stopped');
    },
  };
}
