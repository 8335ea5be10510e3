import { Command, Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { parseRuleFile } from '../../alerts/rules/parse-rule-file.ts';
import { ruleToJson } from '../../alerts/rules/rule-to-json.ts';
import { TocsinError } from '../../core/errors.ts';
import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import type { Rule } from '../../core/rule.ts';
import { backtestLog } from '../../stream/backtest/backtest-log.ts';
import { backtestStore, type BacktestProgress } from '../../stream/backtest/backtest-store.ts';
import type { BacktestResult } from '../../stream/backtest/backtester.ts';
import { judgeIncidents, parseIncidents, type IncidentJudgement } from '../../stream/backtest/judge-incidents.ts';
import type { BacktestAlert } from '../../stream/backtest/summarize.ts';
import { duplicateConfig } from '../app/duplicate-config.ts';
import { refuseProblems } from '../rules/read-rule-files.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { askServer, commandSettings, readTime, withBus, withStore } from './open-parts.ts';
import { Progress } from './progress.ts';
import { said, saidOnOneLine } from './say.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_SPAN_MS = 30 * 24 * HOUR_MS;

interface BacktestCommandOptions {
  rule: string;
  from?: number;
  to?: number;
  source: 'log' | 'store';
  arrival: 'received' | 'created';
  workspace: string;
  url?: string;
  json?: boolean;
  incidents?: string;
}

export function backtestCommand(): Command {
  return new Command('backtest')
    .description('Run rules over history and print the alerts that there would have been, and how good the rules are.')
    .requiredOption('--rule <file>', 'YAML file of rules, as in alerts/rules')
    .option('--from <time>', 'alerts from this time on (default: 30 days before --to)', readTime)
    .option('--to <time>', 'alerts before this time (default: now)', readTime)
    .addOption(new Option('--source <source>', 'what ClickHouse holds, or the scored log itself').choices(['store', 'log']).default('store'))
    .addOption(new Option('--arrival <order>', 'as items were received, late ones late; or as if each had come when it was created').choices(['received', 'created']).default('received'))
    .option('--workspace <name>', 'company or business unit', DEFAULT_WORKSPACE)
    .option('--url <url>', 'ask the server that runs there; needed while one has the data folder open')
    .option('--incidents <file>', 'YAML list of what really happened: {from, to, rule, group}; prints precision and recall')
    .option('--json', 'one JSON object per line')
    .action(async (options: BacktestCommandOptions) => {
      const { rules, problems } = parseRuleFile(await read(options.rule), options.rule);
      refuseProblems(problems);
      if (rules.length === 0) throw new TocsinError('invalid_rule', `${options.rule} holds no rule.`);
      const toMs = options.to ?? systemClock.nowMs();
      const span = { fromMs: options.from ?? toMs - DEFAULT_SPAN_MS, toMs };
      if (span.fromMs >= span.toMs) throw new TocsinError('invalid_request', '--from must be before --to.');
      const incidents = options.incidents === undefined ? null : parseIncidents(await read(options.incidents), options.incidents);
      const progress = new Progress(options.json === true);
      const report = ({ items, atMs }: BacktestProgress): void => {
        if (options.json !== true) progress.show({}, { text: saidOnOneLine(`${items} items, at ${new Date(atMs).toISOString()}`), stays: false });
      };
      const startedAtMs = systemClock.nowMs();
      const results = options.url === undefined ? [await runHere({ rules, span, options, report })] : await askRunning(options.url, { rules, span, options });
      progress.end();
      for (const result of results) print(result, { json: options.json === true, tookMs: systemClock.nowMs() - startedAtMs });
      if (incidents !== null) printJudgement(judgeIncidents(results.flatMap(({ alerts }) => alerts).filter(({ openedAtMs }) => openedAtMs >= span.fromMs), incidents), options.json === true);
    });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new TocsinError('input_unreadable', `${file} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}.`, { cause });
  }
}

interface Run {
  rules: readonly Rule[];
  span: { fromMs: number; toMs: number };
  options: BacktestCommandOptions;
}

function runHere({ rules, span, options, report }: Run & { report(progress: BacktestProgress): void }): Promise<BacktestResult> {
  const settings = commandSettings();
  const run = { rules, ...span, workspace: options.workspace, latenessMaxMs: settings.TOCSIN_LATENESS_MAX_HOURS * HOUR_MS, timeZone: settings.TOCSIN_TIME_ZONE, report };
  if (options.source === 'log') return withBus(settings, (bus) => backtestLog(bus.log('scored'), { ...run, duplicates: duplicateConfig(settings) }));
  return withStore(settings, (store) => backtestStore(store, { ...run, arrival: options.arrival }));
}

/** Rule by rule: a server runs one rule at a time. */
async function askRunning(url: string, { rules, span, options: { workspace, source, arrival } }: Run): Promise<BacktestResult[]> {
  const results: BacktestResult[] = [];
  for (const rule of rules) {
    const asked = { rule: ruleToJson(rule), from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString(), workspace, source, arrival };
    results.push(await askServer<BacktestResult>(url, '/v1/rules/backtest', asked));
  }
  return results;
}

function print({ alerts, alertsNotListed, summary, items, fromMs, toMs }: BacktestResult, { json, tookMs }: { json: boolean; tookMs: number }): void {
  if (json) {
    for (const alert of alerts) console.log(JSON.stringify({ kind: 'alert', ...alert }));
    console.log(JSON.stringify({ kind: 'summary', fromMs, toMs, items, alertsNotListed, ...summary, tookMs }));
    return;
  }
  const { longestOpenMs, medianFirstItemToAlertMs } = summary;
  console.log(said([
    ...alerts.map(describe),
    ...(alertsNotListed > 0 ? [`… and ${alertsNotListed} more`] : []),
    `${summary.alerts} alerts from ${time(fromMs)} to ${time(toMs)}: ${summary.alertsPerWeek} a week (${summary.pagesPerWeek} pages), at most ${summary.mostAlertsInOneHour} in one hour, ${summary.openAtEnd} open at the end`,
    ...(longestOpenMs === null ? [] : [`longest open: ${length(longestOpenMs)}; median time from the first item to the alert: ${length(medianFirstItemToAlertMs ?? 0)}`]),
    ...(summary.longestStorm === null ? [] : [`longest storm: ${summary.longestStorm.alerts} alerts from ${time(summary.longestStorm.fromMs)} to ${time(summary.longestStorm.toMs)}`]),
    `${items} items in ${(tookMs / 1_000).toFixed(1)} s`,
  ].join('\n')));
}

function printJudgement(judgement: IncidentJudgement, json: boolean): void {
  if (json) return console.log(JSON.stringify({ kind: 'incidents', ...judgement }));
  const { incidents, found, precision, recall, medianDelayMs } = judgement;
  console.log(said(`incidents: ${found} of ${incidents} found (recall ${recall ?? 'unknown'}), precision ${precision ?? 'unknown'}${medianDelayMs === null ? '' : `, median time from the beginning to the first alert ${length(medianDelayMs)}`}`));
}

function describe({ ruleId, group, severity, openedAtMs, resolvedAtMs, count, peak, escalated, late }: BacktestAlert): string {
  const of = Object.values(group).join(' · ');
  const ended = resolvedAtMs === null ? 'still open' : `ended ${time(resolvedAtMs)} after ${length(resolvedAtMs - openedAtMs)}`;
  const levels = escalated.map((level) => `, ${level.severity} ${time(level.atMs)} at ${level.count}`).join('');
  return `${time(openedAtMs)}  ${severity}  ${ruleId}${of === '' ? '' : `  ${of}`}  opened at ${count}${late ? ' (completed late)' : ''}${levels}, peak ${peak}, ${ended}`;
}

function time(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE', { timeZone: process.env['TOCSIN_TIME_ZONE'] ?? 'Asia/Shanghai' });
}

/** `26 h 40 min`, `12 min`, `40 s`. */
function length(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes === 0) return `${Math.round(ms / 1_000)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
