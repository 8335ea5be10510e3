import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../alerts/rules/parse-rule.ts';
import type { Rule } from '../../../core/rule.ts';
import { HOUR_MS, MINUTE_MS, START_MS } from '../testing/entries.ts';
import { WatchRun } from './testing/watch-run.ts';

const LATENESS_MAX_MS = 30 * MINUTE_MS;
/** Four days of the log: what learns has learned that next to nothing comes. */
const NOW_MS = START_MS + 4 * 24 * HOUR_MS;

const write = (kind: string, rest: Record<string, unknown>): Rule => parseRule({ id: 'rule', title: { zh: '标题', en: 'Title' }, kind, window: '1h', ...rest });
/** Each opens with the third item of the window. */
const KINDS: [name: string, rule: Rule][] = [
  ['threshold', write('threshold', { atLeast: 3, resolveBelow: 3 })],
  ['threshold of customers', write('threshold', { of: 'customers', atLeast: 3, resolveBelow: 3 })],
  ['threshold of probability', write('threshold', { of: 'probability', atLeast: 3, resolveBelow: 3 })],
  ['threshold that is kept', write('threshold', { atLeast: 3, resolveBelow: 3, keepFiringFor: '1s' })],
  ['share', write('share', { where: 'complaint', atLeast: '50%', minVolume: 3, minCount: 3 })],
  ['spike', write('spike', { against: '3 days', calendar: 'none', atLeast: 3, times: 1, sensitivity: 1 })],
  ['newTopic', write('newTopic', { atLeast: 3, times: 2, memory: '1d', terms: 'keywords' })],
];

function begin(rules: Rule[]): WatchRun {
  const run = new WatchRun(rules, { latenessMaxMs: LATENESS_MAX_MS });
  run.item(START_MS + 1_000, { score: { complaint: false, keywords: ['其他'] } });
  return run;
}

let customer = 0;
function say(run: WatchRun, nowMs: number, ageMs = 0): void {
  run.item(nowMs, { createdAtMs: nowMs - ageMs, customer: { id: `c${++customer}` }, score: { complaint: true, complaintProbability: 1, keywords: ['漏液'] } });
}

describe('a late item', () => {
  it.each(KINDS)('counts in the window that ends now, and opens where it is enough: %s', (_, rule) => {
    const run = begin([rule]);
    say(run, NOW_MS);
    say(run, NOW_MS + 40 * MINUTE_MS);
    say(run, NOW_MS + 50 * MINUTE_MS, LATENESS_MAX_MS);
    expect(run.told()).toEqual(['opened 3']);
    expect(run.events[0]).toMatchObject({ late: false });
  });

  it.each(KINDS)('opens nothing where it is later than allowed, and counts all the same: %s', (_, rule) => {
    const run = begin([rule]);
    say(run, NOW_MS);
    say(run, NOW_MS + 40 * MINUTE_MS);
    say(run, NOW_MS + 50 * MINUTE_MS, LATENESS_MAX_MS + 1);
    expect(run.told()).toEqual([]);
    say(run, NOW_MS + 51 * MINUTE_MS);
    expect(run.told()).toEqual(['opened 4']);
  });

  it.each(KINDS)('that completes a window which has ended opens, with late, a plain threshold alone: %s', (name, rule) => {
    const run = begin([rule]);
    say(run, NOW_MS);
    say(run, NOW_MS + 5 * MINUTE_MS);
    say(run, NOW_MS + 70 * MINUTE_MS, 20 * MINUTE_MS);
    expect(run.told()).toEqual(name === 'threshold' ? ['opened 3', 'resolved 1'] : []);
    if (name === 'threshold') expect(run.events[0]).toMatchObject({ late: true });
  });

  it('of a severe kind pages though its own window is over, unless it is later than allowed', () => {
    const rule = parseRule({ id: 'rule', title: { zh: '标题', en: 'Title' }, kind: 'severe', where: 'complaint', coolDown: '10m' });
    const run = begin([rule]);
    say(run, NOW_MS, 20 * MINUTE_MS);
    expect(run.events).toMatchObject([{ kind: 'opened', late: true }, { kind: 'resolved' }]);
    say(run, NOW_MS + HOUR_MS, LATENESS_MAX_MS + 1);
    expect(run.events).toHaveLength(2);
  });

  it('ends a silence only where it is of the window that ends now', () => {
    const run = begin([write('absence', { normal: 9, where: 'complaint' })]);
    say(run, NOW_MS);
    run.tick(NOW_MS + 65 * MINUTE_MS);
    expect(run.told()).toEqual(['opened 0']);
    say(run, NOW_MS + 66 * MINUTE_MS, 61 * MINUTE_MS);
    expect(run.told()).toEqual(['opened 0']);
    say(run, NOW_MS + 67 * MINUTE_MS, 20 * MINUTE_MS);
    expect(run.told()).toEqual(['opened 0', 'resolved 1']);
  });

  it('opens no composite with a member that is over again in the same step', () => {
    const run = begin([write('threshold', { atLeast: 3, resolveBelow: 3 }), parseRule({ id: 'both', title: { zh: '标题', en: 'Title' }, kind: 'composite', when: 'rule' })]);
    say(run, NOW_MS);
    say(run, NOW_MS + 5 * MINUTE_MS);
    say(run, NOW_MS + 70 * MINUTE_MS, 20 * MINUTE_MS);
    expect(run.events.map(({ kind, ruleId }) => `${ruleId} ${kind}`)).toEqual(['rule opened', 'rule resolved']);
  });
});

describe('when it will end', () => {
  it.each(KINDS)('is told to the millisecond, or not at all: %s', (name, rule) => {
    const run = begin([rule]);
    for (let index = 0; index < 4; index++) say(run, NOW_MS + index * 7 * MINUTE_MS);
    const [opened] = run.events;
    const endsAtMs = opened?.kind === 'opened' ? opened.endsAtMs : -1;
    expect(endsAtMs === null).toBe(name === 'share');
    // With nothing more the end comes when it was told as of the last item; what was told before was sooner.
    for (let due = run.state.due.peek(); due !== undefined && run.events.length < 2; due = run.state.due.peek()) run.tick(due.dueMs);
    const resolved = run.events[1]!;
    expect(resolved.kind).toBe('resolved');
    if (endsAtMs !== null) expect(resolved.atMs).toBeGreaterThanOrEqual(endsAtMs);
    const last = new WatchRun([rule], { latenessMaxMs: LATENESS_MAX_MS });
    last.item(START_MS + 1_000, { score: { complaint: false, keywords: ['其他'] } });
    for (let index = 0; index < 3; index++) say(last, NOW_MS + index * 7 * MINUTE_MS);
    const told = last.events[0]!;
    for (let due = last.state.due.peek(); due !== undefined && last.events.length < 2; due = last.state.due.peek()) last.tick(due.dueMs);
    const keptMs = rule.keepFiringMs ?? 0;
    if (told.kind === 'opened' && told.endsAtMs !== null) expect(last.events[1]!.atMs).toBe(told.endsAtMs + keptMs);
  });

  it('is not told of a silence and of a composite: waiting ends neither', () => {
    const run = begin([write('absence', { normal: 9, where: 'complaint' }), parseRule({ id: 'both', title: { zh: '标题', en: 'Title' }, kind: 'composite', when: 'rule' })]);
    say(run, NOW_MS);
    run.tick(NOW_MS + 65 * MINUTE_MS);
    expect(run.events.map((event) => [event.kind, event.kind === 'opened' ? event.endsAtMs : 0])).toEqual([['opened', null], ['opened', null]]);
  });
});
