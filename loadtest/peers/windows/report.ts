import type { FireDifference } from './oracle.ts';
import type { Measured } from './measure.ts';
import type { PeerName } from './set-up-peers.ts';

/** Tocsin's rate over the best of the others. */
const RATIO_TARGET = 5;

/** All that was seen of one program. */
export interface PeerResult {
  name: PeerName;
  runs: Measured[];
  /** Against the truth by event time, and against what it claims to do; of its last run. */
  byEventTime: FireDifference;
  claimed: FireDifference;
}

export interface Spread {
  min: number;
  median: number;
  max: number;
}

/** One line of the machine-readable report. */
export interface ReportLine extends Spread {
  name: string;
  value: number;
  unit: 'events/s';
  /** Those that each program had. */
  cores: 'one' | 'all';
  /** The same work per second of CPU time of all processes that took part. */
  perCpuSecond: Spread;
  events: number;
  alerts: number;
  alertsAsClaimed: boolean;
  alertsAtAnotherEvent: number;
  alertsMissing: number;
  alertsExtra: number;
  /** For Tocsin's: the best of the others, by the wall clock. The target is that of the whole step, and of the windows alone, which do what the others do. */
  peer?: PeerName;
  ratio?: number;
  ratioPerCpuSecond?: number;
  target?: number;
  met?: boolean;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}

export function reportLines(results: readonly PeerResult[], cores: ReportLine['cores']): ReportLine[] {
  const lines = results.map((result) => lineOf(result, cores));
  const ours = results.flatMap(({ name }, at) => (name.startsWith('tocsin') ? [{ name, line: lines[at]! }] : []));
  const others = results.flatMap(({ name }, at) => (name.startsWith('tocsin') ? [] : [{ name, line: lines[at]! }]));
  if (others.length === 0) return lines;
  const best = others.reduce((a, b) => (b.line.value > a.line.value ? b : a));
  const bestCpu = Math.max(...others.map(({ line }) => line.perCpuSecond.median));
  for (const { name, line } of ours) {
    line.peer = best.name;
    line.ratio = twoDigits(line.value / best.line.value);
    line.ratioPerCpuSecond = twoDigits(line.perCpuSecond.median / bestCpu);
    if (name !== 'tocsin' && name !== 'tocsin-windows') continue;
    line.target = RATIO_TARGET;
    // Both, so that neither a busy machine nor a second core decides.
    line.met = Math.min(line.ratio, line.ratioPerCpuSecond) >= RATIO_TARGET;
  }
  return lines;
}

function lineOf({ name, runs, byEventTime, claimed }: PeerResult, cores: ReportLine['cores']): ReportLine {
  const rates = whole(spread(runs.map(({ events, seconds }) => events / seconds)));
  return {
    name: `windows.beside-peers.${name}`,
    value: rates.median,
    unit: 'events/s',
    cores,
    ...rates,
    perCpuSecond: whole(spread(runs.map(({ events, cpuSeconds }) => events / cpuSeconds))),
    events: runs[0]!.events,
    alerts: byEventTime.fires,
    alertsAsClaimed: claimed.same === claimed.fires && claimed.missing === 0,
    alertsAtAnotherEvent: byEventTime.elsewhere,
    alertsMissing: byEventTime.missing,
    alertsExtra: byEventTime.extra,
  };
}

/** The same for people; one row a program. */
export function reportTable(lines: readonly ReportLine[]): string {
  const header = ['program', 'events', 'events/s', 'min - max', 'per CPU second', 'alerts', 'at another event', 'missing', 'extra', 'as claimed'];
  const rows = lines.map((line) => [
    line.name.slice(line.name.lastIndexOf('.') + 1),
    grouped(line.events),
    grouped(line.value),
    `${grouped(line.min)} - ${grouped(line.max)}`,
    grouped(line.perCpuSecond.median),
    grouped(line.alerts),
    grouped(line.alertsAtAnotherEvent),
    grouped(line.alertsMissing),
    grouped(line.alertsExtra),
    line.alertsAsClaimed ? 'yes' : 'NO',
  ]);
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const write = (cells: string[]): string => cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  ');
  return [header, ...rows].map(write).join('\n');
}

function whole({ min, median, max }: Spread): Spread {
  return { min: Math.round(min), median: Math.round(median), max: Math.round(max) };
}

function twoDigits(value: number): number {
  return Math.round(value * 100) / 100;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
