import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import { CHANNELS, DEFAULT_WORKSPACE, type Channel } from '../../core/feedback.ts';
import { SENTIMENTS, type Sentiment } from '../../core/score.ts';
import { backupStore, restoreStore, type BackupManifest } from '../../stream/store/backup.ts';
import { eraseCustomer } from '../../stream/store/erase-customer.ts';
import { erasedInWords } from '../../stream/store/erased-in-words.ts';
import { EXPORT_FORMATS, exportFeedback, type ExportFormat } from '../../stream/store/export-feedback.ts';
import { rebuildRollups } from '../../stream/store/rebuild-rollups.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { commandSettings, readTime, withStore } from './open-parts.ts';
import { Progress } from './progress.ts';
import { said, saidOnOneLine } from './say.ts';

interface ExportOptions {
  out: string;
  format: ExportFormat;
  workspace: string;
  from?: number;
  to?: number;
  category?: string;
  sentiment?: Sentiment;
  channel?: Channel;
  product?: string;
  region?: string;
  text?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('Write all stored feedback of a search to a file, oldest first. While a server runs: GET /v1/export.')
    .requiredOption('--out <file>', 'the file; - for standard output')
    .addOption(new Option('--format <format>', 'CSV for spreadsheets, Parquet for programs').choices(EXPORT_FORMATS).default('csv'))
    .option('--from <time>', 'earliest event time, inclusive', readTime)
    .option('--to <time>', 'latest event time, exclusive', readTime)
    .option('--category <id>', 'such as logistics')
    .addOption(new Option('--sentiment <sentiment>').choices(SENTIMENTS))
    .addOption(new Option('--channel <channel>').choices(CHANNELS))
    .option('--product <name>')
    .option('--region <name>')
    .option('--text <words>', 'words that the masked text contains')
    .option('--workspace <name>', 'company or business unit', DEFAULT_WORKSPACE)
    .action(async ({ out, from, to, ...search }: ExportOptions) => {
      await withStore(commandSettings(), async (store) => {
        const pieces = Readable.from(exportFeedback(store, { ...search, ...(from === undefined ? {} : { fromMs: from }), ...(to === undefined ? {} : { toMs: to }) }), { objectMode: false });
        if (out === '-') await pipeline(pieces, process.stdout, { end: false });
        else await pipeline(pieces, createWriteStream(out)).catch((cause: unknown) => refuse(out, cause));
      });
    });
}

function refuse(out: string, cause: unknown): never {
  if (cause instanceof TocsinError) throw cause;
  throw new TocsinError('data_dir_unusable', `${out} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
}

export function backupCommand(): Command {
  return new Command('backup')
    .description('Copy the embedded store into a folder of its own. No server may have the data folder open; a ClickHouse server has its own BACKUP.')
    .argument('<folder>', 'where the backup goes; must not exist or be empty')
    .action(async (folder: string) => {
      const settings = embeddedSettings('backup');
      report(folder, await backupStore({ dataDir: settings.TOCSIN_DATA_DIR, database: settings.TOCSIN_CLICKHOUSE_DATABASE, folder }, systemClock.nowMs()), 'is backed up');
    });
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('Bring a backup into a data folder that holds no store, and compare the two table by table.')
    .argument('<folder>', 'a folder that `tocsin backup` wrote')
    .option('--data-dir <folder>', 'where the store goes (default: TOCSIN_DATA_DIR or ./data)')
    .action(async (folder: string, { dataDir }: { dataDir?: string }) => {
      const settings = embeddedSettings('restore');
      report(folder, await restoreStore({ dataDir: dataDir ?? settings.TOCSIN_DATA_DIR, database: settings.TOCSIN_CLICKHOUSE_DATABASE, folder }), 'is restored and equals the backup');
    });
}

export function eraseCommand(): Command {
  return new Command('erase')
    .description('Erase a customer from the store: texts, names, numbers and ids go, counts stay. While a server runs: DELETE /v1/customers/{id}.')
    .requiredOption('--customer <id>', 'the customer\'s id as it was posted')
    .option('--workspace <name>', 'company or business unit', DEFAULT_WORKSPACE)
    .option('--actor <id>', 'who asks for it, for the audit table', 'cli')
    .action(async ({ customer, workspace, actor }: { customer: string; workspace: string; actor: string }) => {
      const atMs = systemClock.nowMs();
      const erased = await withStore(commandSettings(), (store) => eraseCustomer(store, { workspace, customerId: customer, actor, atMs }));
      console.log(said(erasedInWords(erased, atMs)));
    });
}

export function rebuildRollupsCommand(): Command {
  return new Command('rebuild-rollups')
    .description('Compute the roll-ups that boards read again from the stored items, such as after TOCSIN_TIME_ZONE was changed. No server may run on the store.')
    .option('--json', 'one JSON object per line')
    .action(async ({ json }: { json?: boolean }) => {
      const progress = new Progress(json === true);
      const settings = commandSettings();
      const months = await withStore(settings, (store) => rebuildRollups(store, {
        nowMs: systemClock.nowMs(),
        onProgress: ({ month, done, total }) => progress.show({ kind: 'progress', month, done, total }, { text: saidOnOneLine(`${month}: ${done} of ${total} months`), stays: false }),
      }));
      progress.end();
      console.log(json === true ? JSON.stringify({ kind: 'summary', months, timeZone: settings.TOCSIN_TIME_ZONE }) : said(`The roll-ups of ${months} months are made again; their days begin in ${settings.TOCSIN_TIME_ZONE}.`));
    });
}

function embeddedSettings(command: string): ReturnType<typeof commandSettings> {
  const settings = commandSettings();
  if (settings.CLICKHOUSE_URL !== undefined) {
    throw new TocsinError('invalid_request', `tocsin ${command} is for the embedded store. CLICKHOUSE_URL names a server: use its own BACKUP and RESTORE of the database ${settings.TOCSIN_CLICKHOUSE_DATABASE}.`);
  }
  return settings;
}

function report(folder: string, { tables, madeAt }: BackupManifest, what: string): void {
  console.log(said(`The store of ${madeAt} with ${(tables['feedback']?.rows ?? 0).toLocaleString('en')} items in ${Object.keys(tables).length} tables ${what}: ${folder}`));
}
