import { decideTopic } from '../../../alerts/decide-topic.ts';
import { normalizeWhere } from '../../../alerts/rules/compile-where.ts';
import type { ScoredItem } from '../../../core/frame.ts';
import type { NewTopicRule } from '../../../core/rule.ts';
import { TextHash } from '../../windows/hash.ts';
import type { AlertWriter } from '../alert-writer.ts';
import { isFilled } from '../may-fire.ts';
import type { OpenAlertState } from '../open-alerts.ts';
import type { RuleState } from '../rule-state.ts';
import type { CounterState } from '../state.ts';
import type { Reading } from './reading.ts';
import { nameTopic, termsOf } from './topics/terms.ts';
import { TopicSketch } from './topics/topic-sketch.ts';
import { tellOpened, tellResolved, watchEventId } from './watch-events.ts';

/** Workspaces that have topics of their own; items of further ones are not looked at. */
export const WORKSPACES_MAX = 16;
/** Alerts of one rule that may be open: past it the flood is one topic, not many. */
const OPEN_MAX = 50;
/** Terms said nearly as often as the one that fires belong to the same topic. */
const SAME_PART = 0.7;
const QUOTE_CHARS_MAX = 280;

/** Looks at the terms of an item for every rule that watches for new ones. Costs nothing where there is no such rule. */
export function watchTopics(state: CounterState, { scored, createdAtMs }: { scored: ScoredItem; createdAtMs: number }, alerts: AlertWriter): void {
  for (const ruleState of state.plan.topics) {
    const rule = ruleState.rule as NewTopicRule;
    if (createdAtMs <= state.nowMs - rule.windowMs || !matches(state, rule, scored)) continue;
    const sketch = sketchOf(state, ruleState, scored.item.workspace);
    if (sketch === null) continue;
    const terms = topicTerms(rule, scored);
    sketch.add(terms, { ms: createdAtMs, customer: voiceOf(scored), nowMs: state.nowMs, usualFrom: usualFrom(rule), place: { sequence: state.sequence, itemIndex: alerts.itemIndex ?? 0 } });
    sketch.note({ id: scored.item.id, text: clip(scored.item.text), channel: scored.item.channel, createdAtMs });
    if (state.nowMs - createdAtMs <= state.config.latenessMaxMs && isFilled(state, rule, ruleState.watch!.fill)) open(state, ruleState, { sketch, terms, scored }, alerts);
  }
}

/** Ends topics that fewer customers speak of, once their time has come. */
export function endTopics(state: CounterState, alerts: AlertWriter): void {
  if (state.nowMs < state.plan.topicDueMs) return;
  state.plan.topicDueMs = Infinity;
  for (const ruleState of state.plan.topics) {
    for (const [key, alert] of [...ruleState.open.entries()]) {
      if (alert.dueMs <= state.nowMs) look(state, ruleState, key, alert, alerts);
      if (ruleState.open.get(key) !== undefined) state.plan.topicDueMs = Math.min(state.plan.topicDueMs, alert.dueMs);
    }
  }
}

interface Said {
  sketch: TopicSketch;
  terms: readonly string[];
  scored: ScoredItem;
}

function open(state: CounterState, ruleState: RuleState, { sketch, terms, scored }: Said, alerts: AlertWriter): void {
  const watch = ruleState.watch!;
  const rule = ruleState.rule as NewTopicRule;
  const { workspace } = scored.item;
  for (const term of terms) {
    const { items, customers } = sketch.count(term, state.nowMs);
    const known = watch.topicOf.get(`${workspace} ${term}`);
    const alert = known === undefined ? undefined : ruleState.open.get(known);
    if (alert !== undefined && alert.term === term) alert.peak = Math.max(alert.peak, customers);
    if (customers < rule.fireAt || known !== undefined || openCount(ruleState) >= OPEN_MAX) continue;
    const expected = sketch.expected(term, state.nowMs);
    if (decideTopic({ ...rule, items, customers, expected }).state !== 'fires') continue;
    const same = terms.filter((one) => sketch.count(one, state.nowMs).customers >= customers * SAME_PART);
    const group = { term: nameTopic(scored.item.text, term, same) };
    const key = watch.groups.keyOf({ workspace, group });
    // Another term of a topic that is open already, said in other words.
    for (const one of new Set([term, ...same])) watch.topicOf.set(`${workspace} ${one}`, key);
    if (ruleState.open.get(key) !== undefined) continue;
    const opened: OpenAlertState = { alertId: watchEventId(alerts, 'opened', rule, { workspace, group }), workspace, group, term, severity: rule.severity, escalatedAt: 0, openedAtMs: state.nowMs, peak: customers, dueMs: 0 };
    ruleState.open.set(key, opened);
    const reading = read(state, ruleState, opened);
    const { firstMs, lastMs } = sketch.count(term, state.nowMs);
    tellOpened(alerts, rule, opened, { reading, window: { firstItemAtMs: firstMs, lastItemAtMs: lastMs, quotes: sketch.quotes(term), campaigns: [] } });
    schedule(state, ruleState, key, opened, reading);
  }
}

function look(state: CounterState, ruleState: RuleState, key: number, alert: OpenAlertState, alerts: AlertWriter): void {
  const watch = ruleState.watch!;
  const reading = read(state, ruleState, alert);
  if (reading.state !== 'over') return schedule(state, ruleState, key, alert, reading);
  tellResolved(alerts, ruleState.rule, alert, { reading, window: { firstItemAtMs: null, lastItemAtMs: null }, reason: 'below-threshold' });
  ruleState.open.delete(key);
  watch.groups.forget(key);
  for (const [term, of] of watch.topicOf) if (of === key) watch.topicOf.delete(term);
}

function read(state: CounterState, ruleState: RuleState, { workspace, group, term = '' }: OpenAlertState): Reading {
  const rule = ruleState.rule as NewTopicRule;
  const sketch = ruleState.watch!.topics.find((one) => one.workspace === workspace)!;
  const { items, customers } = sketch.count(term, state.nowMs);
  const expected = Number((sketch.expected(term, state.nowMs) ?? 0).toFixed(2));
  return {
    state: customers < rule.resolveBelow ? 'over' : 'holds', count: customers, fireAt: rule.fireAt, resolveBelow: rule.resolveBelow,
    measure: { kind: 'newTopic', term: group['term']!, items, expected },
    basis: { topic: { term, of: rule.terms, ...sketch.followed(term) } },
    lessAtMs: () => sketch.fallsBelowMs(term, rule.resolveBelow), endsAtMs: () => sketch.fallsBelowMs(term, rule.resolveBelow),
  };
}

function schedule(state: CounterState, { rule }: RuleState, key: number, alert: OpenAlertState, reading: Reading): void {
  const { count, fireAt, resolveBelow, measure } = reading;
  alert.dueMs = Math.max(state.nowMs + 1, reading.lessAtMs() ?? 0);
  alert.reading = { count, fireAt, resolveBelow, measure: measure!, endsAtMs: alert.dueMs };
  state.plan.topicDueMs = Math.min(state.plan.topicDueMs, alert.dueMs);
  // So that a run over history has a tick then.
  state.due.push({ dueMs: alert.dueMs, ruleId: rule.id, key, alertId: '' });
}

function matches({ plan }: CounterState, rule: NewTopicRule, scored: ScoredItem): boolean {
  const matcher = plan.matchers.find(({ where }) => where === normalizeWhere(rule.where));
  return matcher?.matches == null || matcher.matches(scored);
}

export function sketchOf(state: CounterState, { rule, watch }: RuleState, workspace: string): TopicSketch | null {
  const known = watch!.topics.find((one) => one.workspace === workspace);
  if (known !== undefined || watch!.topics.length >= WORKSPACES_MAX) return known ?? null;
  const sketch = new TopicSketch(rule as NewTopicRule, { workspace, sinceMs: state.nowMs });
  watch!.topics.push(sketch);
  return sketch;
}

/** Terms of an item that may be a topic. */
export function topicTerms({ terms, stopWords: words }: NewTopicRule, { item, score }: Topical): string[] {
  const stopWords = new Set(words.map((word) => word.toLowerCase()));
  return terms === 'keywords' ? [...new Set(score.keywords.map((word) => word.toLowerCase()))].filter((word) => !stopWords.has(word)) : termsOf(item.text, score.language, stopWords);
}

interface Topical {
  item: Pick<ScoredItem['item'], 'text'>;
  score: Pick<ScoredItem['score'], 'keywords' | 'language'>;
}

/** A term of which a window has more items than this is usual and not followed. */
export function usualFrom({ fireAt, timesMin }: NewTopicRule): number {
  return (fireAt * 2) / timesMin;
}

/** Where no customer is named the text stands in, so that one text sent again and again is one voice. */
export function voiceOf({ item }: ScoredItem): number {
  return new TextHash().all(item.customer?.id === undefined || item.customer.id === '' ? ['text', item.text] : ['customer', item.customer.id]);
}

function openCount({ open: alerts }: RuleState): number {
  let count = 0;
  for (const _ of alerts.entries()) count++;
  return count;
}

function clip(text: string): string {
  return text.length <= QUOTE_CHARS_MAX ? text : `${[...text.slice(0, QUOTE_CHARS_MAX - 2)].slice(0, -1).join('')}…`;
}
