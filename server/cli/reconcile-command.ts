import { Command } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import type { ReconcileReport } from '../../stream/reconcile/reconciler.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { duplicateConfig } from '../app/duplicate-config.ts';
import { createReconciler, describeReport } from '../app/reconciliation.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { askServer, commandSettings, withBus, withStore } from './open-parts.ts';
import { said } from './say.ts';

const HOUR_MS = 3_600_000;

export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('Compare the scored log with ClickHouse row by row, and put back what is missing. Exit code 1 when they still differ.')
    .option('--url <url>', 'show what the server that runs there found last; it compares every TOCSIN_RECONCILE_MINUTES')
    .option('--json', 'one JSON object per line')
    .action(async ({ url, json }: { url?: string; json?: boolean }) => {
      const report = url === undefined ? await reconcile() : await latestOf(url);
      if (json !== true) for (const { kind, sequence, index, id } of report.examples) console.log(said(`${kind}  entry ${sequence}, item ${index}  ${id}`));
      console.log(json === true ? JSON.stringify({ kind: 'summary', ...report }) : said(describeReport(report)));
      if (report.outcome === 'differs') process.exitCode = 1;
    });
}

function reconcile(): Promise<ReconcileReport> {
  const settings = commandSettings();
  return withBus(settings, (bus) => withStore(settings, async (store) => {
    const { identity } = await bus.log('scored').info();
    // The batch that holds the highest stored entry may be there in part; a server sends it again at its start.
    const storedThrough = Math.max(0, (await new ClickHouseWriter(store).storedThrough(identity)) - 1);
    const reconciler = createReconciler({ bus, store, latenessMaxMs: settings.TOCSIN_LATENESS_MAX_HOURS * HOUR_MS, duplicates: duplicateConfig(settings) });
    return reconciler.run({ storedThrough, repairId: String(systemClock.nowMs()) });
  }));
}

async function latestOf(url: string): Promise<ReconcileReport> {
  const { latest } = await askServer<{ latest: ReconcileReport | null }>(url, '/v1/reconciliation');
  if (latest === null) throw new TocsinError('not_found', 'The server has not compared log and store yet.');
  return latest;
}
