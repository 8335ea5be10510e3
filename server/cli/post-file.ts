import { TocsinError } from '../../core/errors.ts';
import type { PipelineStatus } from '../../core/pipeline.ts';
import { replay, type AskSettlement, type ReplayEvent, type ReplayOptions } from '../play/replay.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { commandLanguages } from '../words/prefers-chinese.ts';
import { moreProblemsWords, postingWords, summaryWords } from './posting-words.ts';
import { Progress } from './progress.ts';

export interface PostOptions {
  file: string;
  url: string;
  speed?: number;
  limit?: number;
  batch?: number;
  concurrency?: number;
  wait: boolean;
  json?: boolean;
}

/** A file of which every row is wrong says so often enough. */
export const PROBLEMS_SHOWN_MAX = 100;

export const defaultUrl = (): string => `http://127.0.0.1:${process.env['TOCSIN_HTTP_PORT'] ?? '8080'}`;

/** Posts a file to a running server and says on the terminal how that goes; exit code 1 where not all of it was taken. */
export async function postFile(options: PostOptions, source: Pick<ReplayOptions, 'rows' | 'readShare'> = {}): Promise<void> {
  const progress = new Progress(options.json === true);
  const languages = commandLanguages(process.env);
  const token = process.env['TOCSIN_AUTH_TOKEN'];
  let problems = 0;
  const report = (event: ReplayEvent): void => {
    if (event.kind === 'problem') problems += 1;
    if (event.kind === 'problem' && problems > PROBLEMS_SHOWN_MAX && options.json !== true) return;
    progress.show(event, postingWords(event, languages));
  };
  const summary = await replay({
    ...source,
    file: options.file, url: options.url, token, speed: options.speed, limit: options.limit, batchSize: options.batch, concurrency: options.concurrency,
    clock: systemClock, report, askSettlement: options.wait ? settlementOf(options.url, token) : undefined,
  });
  progress.end();
  const { accepted, refused, settled, totalMs } = summary;
  const throughPerSecond = Math.round((accepted * 1_000) / Math.max(1, totalMs));
  if (problems > PROBLEMS_SHOWN_MAX && options.json !== true) process.stderr.write(`${moreProblemsWords(problems - PROBLEMS_SHOWN_MAX, languages)}\n`);
  console.log(options.json ? JSON.stringify({ kind: 'summary', ...summary, throughPerSecond }) : summaryWords(summary, throughPerSecond, languages));
  if (settled === false) throw new TocsinError('store_unavailable', 'the server had not scored, counted and stored everything within the waiting time');
  if (refused > 0) process.exitCode = 1;
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
