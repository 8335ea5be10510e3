import { missed, shown, type Figure } from './figures.ts';

/** How a scenario ended. `unjudged`: it has no target, so that it can neither be met nor missed; a scenario must have one. */
export type Outcome = 'met' | 'missed' | 'broke' | 'left-out' | 'unjudged';

export interface ScenarioRun {
  name: string;
  /** Absent: it was never begun. */
  seconds?: number;
  /** Why it did not run to its end, in one line. */
  broke?: string;
}

export interface Verdict {
  name: string;
  outcome: Outcome;
  judged: number;
  seconds: number | null;
  /** Names of the targets that were missed, or what broke. */
  because: readonly string[];
}

/** Counted as one missed target each. */
const FAILED: readonly Outcome[] = ['broke', 'left-out', 'unjudged'];

/** One verdict for each scenario that was asked for, also for those that broke or were never begun. Pure. */
export function decideVerdicts(runs: readonly ScenarioRun[], figures: readonly Figure[]): Verdict[] {
  return runs.map(({ name, seconds, broke }): Verdict => {
    const judged = figures.filter(({ scenario, met }) => scenario === name && met !== undefined);
    const missed = judged.filter(({ met }) => met === false).map((figure) => figure.name);
    const common = { name, judged: judged.length, seconds: seconds ?? null };
    if (broke !== undefined) return { ...common, outcome: 'broke', because: [broke, ...missed] };
    if (seconds === undefined) return { ...common, outcome: 'left-out', because: ['the run had taken too long already: name it with --only'] };
    if (judged.length === 0) return { ...common, outcome: 'unjudged', because: ['it has no target'] };
    return { ...common, outcome: missed.length === 0 ? 'met' : 'missed', because: missed };
  });
}

/** Scenarios that have no missed figure and yet did not pass. */
export function failedOtherwise(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter(({ outcome }) => FAILED.includes(outcome));
}

/** 0 when every target is met and every scenario has run to its end with one; else 1. */
export function exitCodeOf(figures: readonly Figure[], verdicts: readonly Verdict[]): 0 | 1 {
  return missed(figures).length === 0 && failedOtherwise(verdicts).length === 0 ? 0 : 1;
}

const SAID: Record<Outcome, string> = { 'met': 'met', 'missed': 'MISSED', 'broke': 'BROKE', 'left-out': 'LEFT OUT', 'unjudged': 'NO TARGET' };

export function toVerdictTable(verdicts: readonly Verdict[]): string {
  const rows = [['scenario', 'verdict', 'targets', 'seconds', 'why'], ...verdicts.map(({ name, outcome, judged, seconds, because }) => [
    name, SAID[outcome], String(judged), seconds === null ? '' : shown(Math.round(seconds)), because.join('; '),
  ])];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === 2 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd()).join('\n');
}
