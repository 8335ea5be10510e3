import { DEFAULT_WORKSPACE } from '../../../core/feedback.ts';
import { z } from 'zod';
import { parseWindow } from '../../../alerts/rules/duration.ts';
import { WORKSPACE_CHARS_MAX } from '../../admission/limits.ts';
import { parseTime } from '../../../core/parse-time.ts';

export const workspace = z.string().max(WORKSPACE_CHARS_MAX).default(DEFAULT_WORKSPACE).describe('Company or business unit.');

/** RFC 3339 with its offset, to milliseconds since the epoch. */
export const instant = z.string().transform((text, context) => {
  // A `+` in a query that was not escaped arrives as a space.
  const escaped = text.replace(/ (?=\d{2}:\d{2}$)/u, '+');
  const instantMs = /(?:Z|[+-]\d{2}:\d{2})$/iu.test(escaped) ? parseTime(escaped, () => 0) : null;
  if (instantMs !== null) return instantMs;
  context.addIssue({ code: 'custom', message: 'must be an RFC 3339 time such as 2025-03-01T09:30:00Z' });
  return z.NEVER;
});

export const limit = (fallback: number, max: number) =>
  z.string().regex(/^\d{1,6}$/u, `must be a whole number from 1 to ${max}`).transform(Number)
    .pipe(z.int().min(1, `must be from 1 to ${max}`).max(max, `must be from 1 to ${max}`)).default(fallback).describe(`1 to ${max}.`);

export const windowLength = z.string().transform((text, context) => {
  const window = parseWindow(text);
  if (window.ok) return window.ms;
  context.addIssue({ code: 'custom', message: window.message });
  return z.NEVER;
});
