import { z } from 'zod';
import type { Silence } from '../../core/operation.ts';
import { instant, matchers, timeZone } from '../routing/fields.ts';
import { matchesEverything } from './match-alert.ts';
import { DURATION_MS_MAX, DURATION_MS_MIN, recurrenceFault } from './silence-times.ts';

const REASON_CHARS_MAX = 1_000;
const MINUTE_MS = 60_000;

/** A silence as it is written over the API. */
export const silenceSchema = z.strictObject({
  actor: z.string('is missing: who silences, such as u1').trim().min(1, 'is missing: who silences, such as u1').max(100, 'is longer than 100 characters').describe('Who silences: the author.'),
  reason: z.string('is missing: why').trim().min(1, 'is missing: why').max(REASON_CHARS_MAX, `is longer than ${REASON_CHARS_MAX} characters`),
  matchers: matchers.describe('All must hold: `category=logistics`, `store!="12"`, `region=~"华.*"` (RE2, the whole value).'),
  startsAt: instant.optional().describe('Now when absent.'),
  endsAt: instant.optional(),
  durationMinutes: z.int().min(1).max(366 * 24 * 60).optional().describe('In place of `endsAt`.'),
  recurring: z.strictObject({
    cron: z.string().max(100).describe('Minute, hour, day, month, weekday: when each window begins.'),
    timeZone: timeZone.default('Asia/Shanghai'),
    durationMinutes: z.int().min(DURATION_MS_MIN / MINUTE_MS).max(DURATION_MS_MAX / MINUTE_MS),
  }).optional().describe('A maintenance window that comes again.'),
  confirm: z.literal(true).optional().describe('Needed for a silence that matches everything.'),
  operationId: z.string().regex(/^[\w.:-]{8,100}$/u, 'must be 8 to 100 letters, digits, "_", "-", "." or ":"').optional(),
});

export type WrittenSilence = z.output<typeof silenceSchema>;

export interface SilenceFault {
  field: string;
  message: string;
}

/** The silence that was written, or everything that is wrong with it. */
export function readSilence(written: WrittenSilence, id: string, nowMs: number): { silence: Silence } | { faults: SilenceFault[] } {
  const faults: SilenceFault[] = [];
  const { recurring } = written;
  const startsAtMs = written.startsAt ?? nowMs;
  const endsAtMs = written.endsAt ?? (written.durationMinutes === undefined ? null : startsAtMs + written.durationMinutes * MINUTE_MS);
  if (written.endsAt !== undefined && written.durationMinutes !== undefined) faults.push({ field: 'durationMinutes', message: 'stands beside endsAt: write one of the two' });
  if (endsAtMs === null && recurring === undefined) faults.push({ field: 'endsAt', message: 'is missing: a silence that does not recur has an end' });
  if (endsAtMs !== null && endsAtMs <= Math.max(startsAtMs, nowMs)) faults.push({ field: 'endsAt', message: 'is not after the start, or past already' });
  const fault = recurring === undefined ? null : recurrenceFault(recurring);
  if (fault !== null) faults.push({ field: `recurring.${fault.field}`, message: fault.message });
  if (matchesEverything(written.matchers) && written.confirm !== true) {
    faults.push({ field: 'confirm', message: 'is missing: this silence matches every alert there is, now and to come (write confirm: true if that is meant)' });
  }
  if (faults.length > 0) return { faults };
  return {
    silence: {
      id, matchers: written.matchers, author: written.actor, reason: written.reason, startsAtMs, endsAtMs, createdAtMs: nowMs,
      ...(recurring === undefined ? {} : { recurring: { cron: recurring.cron, timeZone: recurring.timeZone, durationMs: recurring.durationMinutes * MINUTE_MS } }),
    },
  };
}
