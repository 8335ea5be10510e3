import type { FilledGroup, FilledSketch, HistoryFill } from '../../../core/frame.ts';
import type { NewTopicRule, Rule } from '../../../core/rule.ts';
import type { Language } from '../../../core/score.ts';
import { TextHash } from '../../windows/hash.ts';
import type { AlertWriter } from '../alert-writer.ts';
import { awaitFill } from '../plan-counting.ts';
import type { RuleState } from '../rule-state.ts';
import type { CounterState } from '../state.ts';
import { WeightWindows } from './weight-windows.ts';
import { keptByRule } from './rule-watch.ts';
import type { RuleWatch } from './rule-watch.ts';
import { watchEvery } from './watch-time.ts';
import { sketchOf, topicTerms, usualFrom } from './watch-topics.ts';

/** Between the words of an item in a fill. */
export const WORD_SEPARATOR = '\n';

/** Notes what has to come from the store of what a rule keeps itself: all of it for one that is new, what was let go for one whose window became longer. */
export function beginFill(state: CounterState, rule: Rule, { watch, before }: { watch: RuleWatch; before: Rule | null }): void {
  if (keptByRule(rule) === null || (before !== null && rule.windowMs <= before.windowMs)) return;
  if (before === null) {
    watch.fill = awaitFill(state, Number.MAX_SAFE_INTEGER);
    return;
  }
  if (watch.fill !== null) {
    // What has come so far reaches back less far than is wanted now.
    watch.weights = new WeightWindows();
    watch.fill = awaitFill(state, Number.MAX_SAFE_INTEGER);
    return;
  }
  watch.weights.trim(state.nowMs - before.windowMs, before.resolveBelow);
  watch.fill = awaitFill(state, state.nowMs - before.windowMs);
}

/** Adds a part of the history to what a rule keeps itself. As with conditions, one that does not follow on the last changes nothing. */
export function fillRule(state: CounterState, part: HistoryFill, alerts: AlertWriter): void {
  const ruleState = state.rules.find(({ rule }) => rule.id === part.ruleId);
  const awaited = ruleState?.watch?.fill ?? null;
  if (ruleState === undefined || awaited === null || awaited.sinceSequence !== part.sinceSequence || awaited.place !== part.after) return;
  const isTopics = ruleState.rule.kind === 'newTopic';
  if (isTopics && part.sketch !== undefined) addSketch(state, ruleState, part.sketch);
  for (const group of part.groups) {
    if (isTopics) addTexts(state, ruleState, group);
    else addWeights(state, ruleState, { group, upToMs: awaited.upToMs });
  }
  awaited.place = part.through;
  if (part.state === 'more') return;
  ruleState.watch!.fill = null;
  // A new topic opens with the next item that says it.
  if (isTopics) for (const sketch of ruleState.watch!.topics) sketch.keepUnusual(state.nowMs, usualFrom(ruleState.rule as NewTopicRule));
  const place = state.plan.byRule.get(ruleState.rule.id);
  if (place !== undefined) watchEvery(state, place, alerts);
}

function addWeights(state: CounterState, { rule, watch }: RuleState, { group: { key: texts, timesMs, thousandths = [] }, upToMs }: { group: FilledGroup; upToMs: number }): void {
  const counted = state.plan.byRule.get(rule.id)?.counted;
  if (counted === undefined || texts.length !== counted.grouping.shape.width) return;
  let key = -1;
  timesMs.forEach((ms, at) => {
    if (ms > upToMs || ms <= state.nowMs - rule.windowMs) return;
    if (key < 0) key = counted.grouping.keyOf(new TextHash().all(texts), texts);
    watch!.weights.add(key, Math.min(ms, state.nowMs), (thousandths[at] ?? 0) / 1_000, state.nowMs - rule.windowMs);
  });
}

function addTexts(state: CounterState, ruleState: RuleState, { key: [workspace = ''], timesMs, texts = [], languages = [], voices = [] }: FilledGroup): void {
  const sketch = sketchOf(state, ruleState, workspace);
  if (sketch === null) return;
  const rule = ruleState.rule as NewTopicRule;
  timesMs.forEach((ms, at) => {
    const text = texts[at] ?? '';
    const terms = topicTerms(rule, { item: { text }, score: { language: (languages[at] ?? 'other') as Language, keywords: rule.terms === 'keywords' ? text.split(WORD_SEPARATOR) : [] } });
    sketch.addPast(terms, { ms: Math.min(ms, state.nowMs), customer: voices[at] ?? 0 });
  });
}

function addSketch(state: CounterState, ruleState: RuleState, { rows, ...part }: FilledSketch): void {
  sketchOf(state, ruleState, part.workspace)?.mergePast(part, rows.map(floatsOf));
}

function floatsOf(text: string): Float32Array {
  const chars = atob(text);
  const bytes = new Uint8Array(chars.length);
  for (let at = 0; at < chars.length; at++) bytes[at] = chars.charCodeAt(at);
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
}
