/**
 * How long a receiver asks to be left alone, in milliseconds from `nowMs`; undefined when the header is absent or
 * says nothing understandable. Seconds or an HTTP date (RFC 9110, 10.2.3); a date that is past is 0.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d{1,10}$/u.test(value)) return Number(value) * 1_000;
  if (!/^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/u.test(value)) return undefined;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
