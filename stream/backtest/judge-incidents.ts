import { z } from 'zod';
import { parse } from 'yaml';
import { TocsinError } from '../../core/errors.ts';
import type { BacktestAlert } from './summarize.ts';

/** Something that really happened, as people labelled it afterwards. */
export interface LabelledIncident {
  fromMs: number;
  toMs: number;
  /** Only alerts of this rule, or of a group that agrees on every field named; absent: any. */
  rule?: string | undefined;
  group?: Record<string, string> | undefined;
}

export interface IncidentJudgement {
  incidents: number;
  /** Incidents in which an alert opened. */
  found: number;
  /** Alerts that opened in an incident, among all; null without alerts. */
  precision: number | null;
  /** Incidents that were found, among all; null without incidents. */
  recall: number | null;
  /** Median time from the beginning of a found incident to its first alert. */
  medianDelayMs: number | null;
}

const time = z.string('must be a time').transform((text, context): number => {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({ code: 'custom', message: `"${text}" is not a time in RFC 3339, such as 2026-03-02T10:00:00+08:00` });
  return z.NEVER;
});

const incidentsSchema = z.array(
  z.strictObject({ from: time, to: time, rule: z.string().optional(), group: z.record(z.string(), z.string()).optional() })
    .refine(({ from, to }) => from < to, { path: ['to'], message: 'is not after from' }),
  'must be a list of incidents, such as - {from: 2026-03-02T10:00:00+08:00, to: 2026-03-02T14:00:00+08:00}',
);

/** Reads a YAML list of incidents. @throws TocsinError `invalid_request` that names each entry and key that is wrong */
export function parseIncidents(text: string, file: string): LabelledIncident[] {
  let written: unknown;
  try {
    written = parse(text) ?? [];
  } catch (cause) {
    throw new TocsinError('invalid_request', `${file} is not valid YAML: ${(cause as Error).message}`, { cause });
  }
  const parsed = incidentsSchema.safeParse(written);
  if (!parsed.success) throw new TocsinError('invalid_request', `${file}: ${parsed.error.issues.map(({ path, message }) => `${path.length === 0 ? 'it' : path.join('.')} ${message}`).join('; ')}.`);
  return parsed.data.map(({ from, to, ...rest }) => ({ fromMs: from, toMs: to, ...rest }));
}

/** How well alerts fit what happened. An alert fits an incident where it opened from its beginning to its end, both included. */
export function judgeIncidents(alerts: readonly BacktestAlert[], incidents: readonly LabelledIncident[]): IncidentJudgement {
  const fits = (alert: BacktestAlert, { fromMs, toMs, rule, group = {} }: LabelledIncident): boolean =>
    alert.openedAtMs >= fromMs && alert.openedAtMs <= toMs && (rule === undefined || alert.ruleId === rule) && Object.entries(group).every(([field, value]) => alert.group[field] === value);
  const delays = incidents.flatMap((incident) => {
    const first = Math.min(...alerts.filter((alert) => fits(alert, incident)).map(({ openedAtMs }) => openedAtMs));
    return first === Infinity ? [] : [first - incident.fromMs];
  });
  const right = alerts.filter((alert) => incidents.some((incident) => fits(alert, incident))).length;
  return {
    incidents: incidents.length,
    found: delays.length,
    precision: alerts.length === 0 ? null : Number((right / alerts.length).toFixed(3)),
    recall: incidents.length === 0 ? null : Number((delays.length / incidents.length).toFixed(3)),
    medianDelayMs: delays.sort((a, b) => a - b)[(delays.length - 1) >>> 1] ?? null,
  };
}
