import type { FilledGroup, HistoryFill } from '../../core/frame.ts';
import { TextHash } from '../windows/hash.ts';
import type { AlertWriter } from './alert-writer.ts';
import type { AwaitedFill, CountedGrouping } from './counting-plan.ts';
import { mayFire } from './may-fire.ts';
import { openWhatFires } from './open-what-fires.ts';
import { fillMissing } from './plan-counting.ts';
import type { CounterState } from './state.ts';
import { fillRule } from './watch/fill-rule.ts';
import { watchFilled } from './watch/watch-time.ts';

/**
 * Adds a part of the history to the condition that waits for it. A part that was added before, that follows on none, or that
 * nobody waits for changes nothing. With the last one the rules of the condition may fire, and those that would have do.
 */
export function fillCondition(state: CounterState, part: HistoryFill, alerts: AlertWriter): void {
  if (part.ruleId !== undefined) return fillRule(state, part, alerts);
  const counted = state.plan.groupings.find(({ id }) => id === part.groupBy.join());
  const mark = counted?.conditions.findIndex(({ where }) => where === part.where) ?? -1;
  const condition = counted?.conditions[mark];
  const awaited = condition?.fill ?? null;
  if (counted === undefined || condition === undefined || awaited === null) return;
  if (awaited.sinceSequence !== part.sinceSequence || awaited.place !== part.after) return;
  for (const group of part.groups) addGroup(state, { counted, mark, awaited }, group);
  awaited.place = part.through;
  for (const { mark: ofRule, watch } of counted.watched) if (ofRule === mark) watch!.forgetDerived();
  if (part.state === 'more') return;
  condition.fill = null;
  condition.completeFromMs = condition.missing[0]?.upToMs ?? 0;
  fillMissing(state, condition, windowsOfMark(counted, mark));
  for (const ruleState of counted.rules) if (ruleState.mark === mark && mayFire(state, counted, ruleState)) openWhatFires(state, counted, ruleState, alerts);
  watchFilled(state, counted, mark, alerts);
}

function windowsOfMark({ grouping }: CountedGrouping, mark: number): number[] {
  return grouping.shape.windows.filter(({ marks }) => marks.includes(mark)).map(({ windowMs }) => windowMs);
}

function addGroup(state: CounterState, of: { counted: CountedGrouping; mark: number; awaited: AwaitedFill }, { key: texts, timesMs, customers }: FilledGroup): void {
  const { grouping } = of.counted;
  if (texts.length !== grouping.shape.width) return;
  // Other conditions hold the same items already, so they count for this one alone.
  const kind = grouping.kinds.alone(of.mark);
  let key = -1;
  for (let index = 0; index < timesMs.length; index++) {
    const ms = Math.min(timesMs[index]!, state.nowMs);
    if (ms > of.awaited.upToMs || ms <= (of.awaited.keepAfterMs ?? 0) || !grouping.holds(ms)) continue;
    if (key < 0) key = grouping.keyOf(new TextHash().all(texts), texts);
    const customer = customers[index]!;
    grouping.add(key, ms, { kind, customer: customer === '' ? 0 : Math.abs(state.customers.see(state.plan.hash.start(texts[0]!).text(customer).finish())) });
  }
}
