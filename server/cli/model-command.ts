import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import { compareHistory } from '../../stream/compare/compare-history.ts';
import { keepScores } from '../../stream/store/keep-scores.ts';
import type { BacktestAlert } from '../../stream/backtest/summarize.ts';
import { packageRoot } from '../app/package-root.ts';
import { modelChoice, withCandidate } from '../compare/with-candidate.ts';
import type { ModelComparison } from '../gateway/services.ts';
import { readRuleFiles, refuseProblems } from '../rules/read-rule-files.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { askServer, commandSettings, withStore } from './open-parts.ts';
import { Progress } from './progress.ts';
import { said, saidOnOneLine } from './say.ts';

const HOUR_MS = 3_600_000;
const LISTED_MAX = 10;

interface CompareCommandOptions {
  model?: string;
  taxonomy?: string;
  hours: number;
  workspace: string;
  url?: string;
  keep?: boolean;
  json?: boolean;
}

export function modelCommand(): Command {
  return new Command('model').description('Look at models before they take over.').addCommand(compareCommand());
}

function compareCommand(): Command {
  return new Command('compare')
    .description('Score stored feedback again with another model or taxonomy, and print what would change: decisions, categories, alerts. Nothing rings.')
    .option('--model <model>', 'a folder of models/weights by its name, or (without --url) any folder (default: the model of the settings)')
    .option('--taxonomy <file>', 'another taxonomy (default: the one of the settings)')
    .option('--hours <number>', 'how far back', readHours, 24)
    .option('--workspace <name>', 'company or business unit', DEFAULT_WORKSPACE)
    .option('--url <url>', 'ask the server that runs there; needed while one has the data folder open')
    .option('--keep', 'keep the new scores in the table scores, under the model\'s version; what was counted stays')
    .option('--json', 'one JSON object')
    .action(async (options: CompareCommandOptions) => {
      const progress = new Progress(options.json === true);
      const comparison = options.url === undefined ? await runHere(options, progress) : await askRunning(options.url, options);
      progress.end();
      console.log(options.json === true ? JSON.stringify({ kind: 'summary', ...comparison }) : said(render(comparison)));
    });
}

function readHours(text: string): number {
  const hours = Number(text);
  if (!(hours > 0 && hours <= 720)) throw new InvalidArgumentError('It must be a number of hours, more than 0 and at most 720.');
  return hours;
}

/** On the data folder or CLICKHOUSE_URL; the rules are those of the rule files. */
async function runHere({ model, taxonomy, hours, workspace, keep, json }: CompareCommandOptions, progress: Progress): Promise<ModelComparison> {
  const settings = commandSettings();
  const { rules, problems } = await readRuleFiles(settings.TOCSIN_RULES_DIR ?? join(packageRoot(), 'alerts', 'rules'));
  refuseProblems(problems);
  const startedAtMs = systemClock.nowMs();
  const choice = model === undefined ? { model: settings.TOCSIN_MODEL, modelDir: settings.TOCSIN_MODEL_DIR } : modelChoice(model);
  return withStore(settings, (store) => withCandidate({ ...choice, backend: settings.TOCSIN_TF_BACKEND, taxonomyFile: taxonomy ?? settings.TOCSIN_TAXONOMY_FILE }, async (candidate) => ({
    model: candidate.version,
    ...await compareHistory(store, {
      workspace, rules, fromMs: startedAtMs - hours * HOUR_MS, toMs: startedAtMs + 1, latenessMaxMs: settings.TOCSIN_LATENESS_MAX_HOURS * HOUR_MS, timeZone: settings.TOCSIN_TIME_ZONE,
      rescore: (items) => candidate.score(items),
      ...(keep === true ? { keep: (readings) => keepScores(store, { model: candidate.version, scoredAtMs: startedAtMs, readings }) } : {}),
      report: ({ items }) => { if (json !== true) progress.show({}, { text: saidOnOneLine(`${items} items`), stays: false }); },
    }),
    durationMs: systemClock.nowMs() - startedAtMs,
  })));
}

/** The server scores and knows its own rules, those made over the API too. */
async function askRunning(url: string, { model, taxonomy, hours, workspace, keep }: CompareCommandOptions): Promise<ModelComparison> {
  if (model !== undefined && modelChoice(model).modelDir !== undefined) {
    throw new TocsinError('invalid_setting', `A server compares folders of its models/weights by their name, and --model is ${model}. Without --url any folder can be compared.`);
  }
  const yaml = taxonomy === undefined ? undefined : await readFile(taxonomy, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new TocsinError('input_unreadable', `${taxonomy} cannot be read: ${cause.code ?? 'unknown reason'}.`, { cause });
  });
  return askServer<ModelComparison>(url, '/v1/model/compare', { hours, workspace, ...(keep === true ? { keep } : {}), ...(model === undefined ? {} : { model }), ...(yaml === undefined ? {} : { taxonomy: yaml }) });
}

function render(result: ModelComparison): string {
  const { changed, sentiment, alerts } = result;
  const row = (name: string, before: number, after: number): string => `  ${name.padEnd(28)} ${String(before).padStart(8)} ${String(after).padStart(8)} ${signed(after - before).padStart(8)}`;
  return [
    `${result.texts} texts, scored by ${result.models.join(', ') || 'no model'}, again by ${result.model}, in ${(result.durationMs / 1_000).toFixed(1)} s`,
    `decided otherwise: sentiment ${changed.sentiment}, complaint ${changed.complaint}, severity ${changed.severity}, categories ${changed.categories}`,
    `  ${''.padEnd(28)} ${'before'.padStart(8)} ${'after'.padStart(8)}`,
    ...Object.entries(sentiment).map(([name, { before, after }]) => row(name, before, after)),
    row('complaints', result.complaintsBefore, result.complaintsAfter),
    ...result.categories.filter(({ complaintsBefore, complaintsAfter }) => complaintsBefore !== complaintsAfter).slice(0, 2 * LISTED_MAX)
      .map(({ category, complaintsBefore, complaintsAfter }) => row(`complaints: ${category}`, complaintsBefore, complaintsAfter)),
    ...listed('examples', result.examples, ({ text, complaintBefore, complaintAfter }) => `${complaintBefore.toFixed(2)} → ${complaintAfter.toFixed(2)}  ${text.replaceAll(/\s+/gu, ' ')}`),
    `alerts: ${result.alertsBefore} before, ${result.alertsAfter} after; ${alerts.same} the same`,
    ...listed('would not have rung', alerts.silenced, describe),
    ...listed('would have rung in addition', alerts.added, describe),
    ...listed('would have rung otherwise', alerts.shifted, ({ before, after }) => `${describe(before)}  →  ${describe(after)}`),
  ].join('\n');
}

function listed<T>(title: string, items: readonly T[], show: (item: T) => string): string[] {
  if (items.length === 0) return [];
  const more = items.length > LISTED_MAX ? [`  … and ${items.length - LISTED_MAX} more`] : [];
  return [`${title}:`, ...items.slice(0, LISTED_MAX).map((item) => `  ${show(item)}`), ...more];
}

function describe({ ruleId, group, severity, openedAtMs, resolvedAtMs, count, peak }: BacktestAlert): string {
  const of = Object.values(group).join(' · ');
  const time = (ms: number): string => new Date(ms).toLocaleString('sv-SE', { timeZone: process.env['TOCSIN_TIME_ZONE'] ?? 'Asia/Shanghai' });
  return `${time(openedAtMs)}  ${severity}  ${ruleId}${of === '' ? '' : `  ${of}`}  at ${count}, peak ${peak}, ${resolvedAtMs === null ? 'still open' : `until ${time(resolvedAtMs)}`}`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
