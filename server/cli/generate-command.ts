import { Command, InvalidArgumentError } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import { generateHistory } from '../../stream/store/generate/generate-history.ts';
import { createZoneOffset } from '../../core/zone-offset.ts';
import { createHistoryPalette } from '../play/history-palette.ts';
import { planHistory } from '../play/plan-history.ts';
import { loadSampleData } from '../play/sample-data.ts';
import { samplesFolder } from '../play/samples-folder.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { commandSettings, readTime, withStore } from './open-parts.ts';
import { Progress } from './progress.ts';
import { said, saidOnOneLine } from './say.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_SPAN_MS = 365 * 24 * HOUR_MS;
const ITEMS_MAX = 2_000_000_000;

interface GenerateCommandOptions {
  items: number;
  seed: number;
  from?: number;
  to?: number;
  workspace: string;
  dataDir?: string;
  json?: boolean;
}

export function generateCommand(): Command {
  return new Command('generate')
    .description('Fill the store with made-up history: categories, seasons, hours of the week, surges. For trying boards and measuring; no server may have the data folder open.')
    .requiredOption('--items <number>', `how many items, 1 to ${ITEMS_MAX}`, readCount)
    .option('--seed <number>', 'the same seed and times give the same history', readSeed, 1)
    .option('--from <time>', 'first hour (default: 365 days before --to)', readTime)
    .option('--to <time>', 'end (default: now)', readTime)
    .option('--workspace <name>', 'company or business unit', DEFAULT_WORKSPACE)
    .option('--data-dir <folder>', 'data folder (default: TOCSIN_DATA_DIR or ./data)')
    .option('--json', 'one JSON object per line')
    .action(generate);
}

async function generate({ items, seed, from, to, workspace, dataDir, json }: GenerateCommandOptions): Promise<void> {
  const settings = { ...commandSettings(), ...(dataDir === undefined ? {} : { TOCSIN_DATA_DIR: dataDir }) };
  const toMs = Math.floor((to ?? systemClock.nowMs()) / HOUR_MS) * HOUR_MS;
  const fromMs = Math.floor((from ?? toMs - DEFAULT_SPAN_MS) / HOUR_MS) * HOUR_MS;
  if (fromMs >= toMs) throw new TocsinError('invalid_request', '--from must be at least an hour before --to.');
  const data = await loadSampleData(samplesFolder());
  const utcOffsetMs = createZoneOffset(settings.TOCSIN_TIME_ZONE)(toMs);
  const palette = createHistoryPalette(data, seed);
  const slices = planHistory({ items, seed, fromMs, toMs, utcOffsetMs, mix: data.catalogue.mix });
  const progress = new Progress(json === true);
  const startedMs = performance.now();
  const secondsSince = (): number => (performance.now() - startedMs) / 1_000;
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const rows = await withStore(settings, (store) => generateHistory({
    store, workspace, palette, slices, seed, signal: stopping.signal,
    onProgress({ rows: done, rowsTotal, atMs }) {
      const rowsPerSecond = Math.round(done / secondsSince());
      progress.show({ kind: 'progress', rows: done, rowsTotal, atMs, rowsPerSecond }, {
        text: saidOnOneLine(`${done.toLocaleString('en')} of ${rowsTotal.toLocaleString('en')} items, at ${new Date(atMs).toISOString().slice(0, 10)}, ${rowsPerSecond.toLocaleString('en')} a second`), stays: false,
      });
    },
  }));
  progress.end();
  const rowsPerSecond = Math.round(rows / secondsSince());
  if (json === true) console.log(JSON.stringify({ name: 'generate', value: rowsPerSecond, unit: 'rows/s', target: 200_000, met: rowsPerSecond >= 200_000, rows }));
  else console.log(said(`${rows.toLocaleString('en')} items from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}: ${rowsPerSecond.toLocaleString('en')} a second.${rows < items ? ' It was stopped; what is there is whole.' : ''}`));
}

function readCount(text: string): number {
  const count = /^[\d_,]+$/.test(text) ? Number(text.replaceAll(/[_,]/g, '')) : Number.NaN;
  if (!(count >= 1 && count <= ITEMS_MAX)) throw new InvalidArgumentError(`It must be a whole number from 1 to ${ITEMS_MAX}.`);
  return count;
}

function readSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at most nine digits.');
  return Number(text);
}
