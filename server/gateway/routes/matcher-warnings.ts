import type { MatcherJudge } from '../../../alerts/silences/warn-of-matcher.ts';
import type { Matcher } from '../../../core/operation.ts';
import { faultView } from './fault-view.ts';

/** What matchers name that no alert has, each with its place, such as `matchers[1]`, in both languages. */
export function matcherWarnings(judge: MatcherJudge, lists: readonly { key: string; matchers: readonly Matcher[] }[]): ReturnType<typeof faultView>[] {
  return lists.flatMap(({ key, matchers }) => matchers.flatMap((matcher, at) => {
    const message = judge(matcher);
    return message === null ? [] : [faultView({ key: `${key}[${at}]`, message })];
  }));
}
