import { Command } from 'commander';
import type { PipelineStatus } from '../../core/pipeline.ts';
import { TocsinError } from '../../core/errors.ts';
import { replay, type AskSettlement, type ReplayEvent } from '../play/replay.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { readNumber } from './read-number.ts';
import { Progress } from './progress.ts';

interface ReplayOptions {
  file: string;
  url: string;
  speed?: number;
  limit?: number;
  batch?: number;
  concurrency?: number;
  wait: boolean;
  json?: boolean;
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('Post every item of a JSON lines file (plain or gzip) to a running server, and wait until all of them are scored, counted and stored.')
    .requiredOption('--file <file>', 'JSON lines: feedback items, or objects that hold at least "text"')
    .option('--url <url>', 'the server', `http://127.0.0.1:${process.env['TOCSIN_HTTP_PORT'] ?? '8080'}`)
    .option('--speed <factor>', 'keep the distances of createdAt, this many times faster (default: as fast as it goes)', readNumber)
    .option('--limit <items>', 'stop after so many items', readNumber)
    .option('--batch <items>', 'items in one request', readNumber)
    .option('--concurrency <requests>', 'requests at once', readNumber)
    .option('--no-wait', 'do not wait for scoring, counting and storing')
    .option('--json', 'one JSON object per line')
    .action(async (options: ReplayOptions) => {
      const progress = new Progress(options.json === true);
      const token = process.env['TOCSIN_AUTH_TOKEN'];
      const summary = await replay({
        file: options.file,
        url: options.url,
        token,
        speed: options.speed,
        limit: options.limit,
        batchSize: options.batch,
        concurrency: options.concurrency,
        clock: systemClock,
        report: (event) => progress.show(event, describe(event)),
        askSettlement: options.wait ? settlementOf(options.url, token) : undefined,
      });
      progress.end();
      const { accepted, refused, items, itemsPerSecond, settled, totalMs } = summary;
      const through = Math.round((accepted * 1_000) / Math.max(1, totalMs));
      if (options.json) console.log(JSON.stringify({ kind: 'summary', ...summary, throughPerSecond: through }));
      else console.log(`${accepted} of ${items} items accepted, ${refused} refused; sent at ${itemsPerSecond} items/s${settled === true ? `; scored, counted and stored at ${through} items/s, nothing left behind` : ''}`);
      if (settled === false) throw new TocsinError('store_unavailable', 'the server had not scored, counted and stored everything within the waiting time');
      if (refused > 0) process.exitCode = 1;
    });
}

/** Everything accepted is through when no stage of the server holds any of it. */
function settlementOf(url: string, token: string | undefined): AskSettlement {
  return async () => {
    const response = await fetch(new URL('/v1/status', url), { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    if (!response.ok) return { settled: false, detail: `the server answers ${response.status}` };
    const { unscoredFrames, uncountedEntries, unstoredRows } = (await response.json()) as PipelineStatus;
    return {
      settled: unscoredFrames === 0 && uncountedEntries === 0 && unstoredRows === 0,
      detail: `${unscoredFrames} frames to score, ${uncountedEntries} entries to count, ${unstoredRows} rows to store`,
    };
  };
}

function describe(event: ReplayEvent): { text: string; stays: boolean } {
  switch (event.kind) {
    case 'progress':
      return { text: `${event.accepted} accepted, ${event.refused} refused, ${event.itemsPerSecond} items/s`, stays: false };
    case 'problem':
      return { text: `line ${event.line} ${event.reason}`, stays: true };
    case 'waiting':
      return { text: `waiting: ${event.detail}`, stays: false };
  }
}
