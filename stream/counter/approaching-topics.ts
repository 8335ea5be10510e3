import { forecastReach } from '../../alerts/decide-reach.ts';
import type { Approaching } from '../../core/live.ts';
import type { NewTopicRule } from '../../core/rule.ts';
import { CLOSE_PART, FIRE_AT_MIN } from './approaching-limits.ts';
import type { RuleState } from './rule-state.ts';
import type { CounterState } from './state.ts';
import type { TopicSketch } from './watch/topics/topic-sketch.ts';
import { nameTopic } from './watch/topics/terms.ts';

/** Terms said nearly as often belong to one topic, as where it fires. */
const SAME_PART = 0.7;
/** Topics of one rule. */
const NAMED_MAX = 10;

/** “漏液: 6 of 10 customers”: terms that are new and on their way, each topic once. Changes nothing. */
export function approachingTopics(state: CounterState, workspace: string): Approaching[] {
  return state.plan.topics.flatMap((ruleState) => {
    const sketch = ruleState.watch!.topics.find((one) => one.workspace === workspace);
    const rule = ruleState.rule as NewTopicRule;
    return sketch === undefined || rule.fireAt < FIRE_AT_MIN ? [] : topicsOf(state, ruleState, rule, sketch);
  });
}

function topicsOf({ nowMs }: CounterState, { watch }: RuleState, rule: NewTopicRule, sketch: TopicSketch): Approaching[] {
  const found: Approaching[] = [];
  const taken = new Set<string>();
  const near = sketch.near(Math.ceil(rule.fireAt * CLOSE_PART), nowMs).filter(({ term, latestMs }) => latestMs.length < rule.fireAt && !watch!.topicOf.has(`${sketch.workspace} ${term}`));
  near.sort((a, b) => b.latestMs.length - a.latestMs.length || b.term.length - a.term.length || (a.term < b.term ? -1 : 1));
  for (const { term, items, latestMs } of near) {
    if (found.length >= NAMED_MAX) break;
    if (taken.has(term)) continue;
    const expected = sketch.expectedOf(term, items, nowMs);
    const isNew = expected !== null && items >= expected * rule.timesMin;
    const reachesAtMs = isNew ? forecastReach({ timesMs: latestMs, fireAt: rule.fireAt, windowMs: rule.windowMs, nowMs }) : null;
    if (expected === null || reachesAtMs === null) continue;
    const text = sketch.quotes(term)[0]?.text ?? term;
    const same = near.filter((one) => one.latestMs.length >= latestMs.length * SAME_PART && text.toLowerCase().includes(one.term)).map((one) => one.term);
    for (const one of same) taken.add(one);
    found.push({
      ruleId: rule.id, title: rule.title, group: { term: nameTopic(text, term, same) }, count: latestMs.length, fireAt: rule.fireAt, windowMs: rule.windowMs,
      measure: { kind: 'newTopic', items, expected: Number(expected.toFixed(2)) }, reachesAtMs,
    });
  }
  return found;
}
