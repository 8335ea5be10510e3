import { from } from 'rxjs';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import { openStore } from '../clickhouse.ts';
import { storeRows } from '../store-rows.ts';
import { crashLog, LOG_ID } from './crash-log.ts';

// Replays the log into the folder given, from its beginning, and says each batch that is stored: to be killed at any time.
const [, , dataDir = '', entries = '0'] = process.argv;
const store = openStore({ dataDir });
await new Promise<void>((resolve, reject) => {
  from(crashLog(Number(entries)))
    .pipe(
      storeRows({
        writer: new ClickHouseWriter(store),
        clock: { nowMs: Date.now },
        logId: LOG_ID,
        telemetry: () => undefined,
        deadLetter: () => Promise.reject(new Error('No row here is bad.')),
      }),
    )
    .subscribe({ next: (batch) => console.log(`${batch.outcome} ${batch.lastSequence}`), error: reject, complete: resolve });
});
await store.close();
console.log('complete');
