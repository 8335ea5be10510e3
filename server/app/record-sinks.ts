import { Subscription } from 'rxjs';
import type { Bus, LogName } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { RECORD_TABLES } from '../../stream/store/record-rows.ts';
import type { RecordTable } from '../../stream/store/record-rows.ts';
import { storeRecords } from '../../stream/store/store-records.ts';
import type { AppContext, Role } from './app-context.ts';

const PART = 'records';

/** Up to which entry each log of records is in all of its tables. */
export class RecordPlaces {
  readonly #byTable = new Map<RecordTable, number>();

  stored(table: RecordTable, sequence: number): void {
    this.#byTable.set(table, sequence);
  }

  of(log: LogName): number {
    return Math.min(...RECORD_TABLES.filter((table) => table.log === log).map((table) => this.#byTable.get(table) ?? 0));
  }
}

/** Copies what happened to alerts into the store, for boards. Pages and lists read the logs themselves and never wait for it. */
export function startRecordSinks({ logger, metrics }: AppContext, { bus, store, places }: { bus: Bus; store: Store; places: RecordPlaces }): Role {
  const running = new Subscription();
  for (const table of RECORD_TABLES) {
    const records = storeRecords({
      store, table, log: bus.log(table.log), telemetry: metrics.telemetry, onStored: (sequence) => places.stored(table, sequence), warn: (message) => logger.warn({ part: PART }, message),
    });
    running.add(records.subscribe({ error: (err) => logger.error({ part: PART, err, table: table.table }, 'records do not reach the store any more; a restart goes on from what is stored') }));
  }
  return { stop: () => Promise.resolve(running.unsubscribe()) };
}
