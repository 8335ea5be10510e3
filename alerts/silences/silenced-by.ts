import type { Silence } from '../../core/operation.ts';
import type { LocalText } from '../../core/rule.ts';
import { matchesAll } from './match-alert.ts';
import type { Matchable } from './match-alert.ts';
import { silenceInWords } from './say-matchers.ts';
import { silentUntilMs } from './silence-times.ts';

/** The silence that holds back an alert for the longest now, or null. */
export function silencedBy(silences: Iterable<Silence>, alert: Matchable, nowMs: number): { untilMs: number; detail: LocalText; silenceId: string } | null {
  let longest: { untilMs: number; silence: Silence } | null = null;
  for (const silence of silences) {
    const untilMs = silentUntilMs(silence, nowMs);
    if (untilMs === null || (longest !== null && untilMs <= longest.untilMs) || !matchesAll(silence.matchers, alert)) continue;
    longest = { untilMs, silence };
  }
  if (longest === null) return null;
  const { id, author, reason } = longest.silence;
  const what = silenceInWords(longest.silence);
  return { untilMs: longest.untilMs, silenceId: id, detail: { zh: `${what.zh}（${author}：${reason}）`, en: `${what.en} (${author}: ${reason})` } };
}
