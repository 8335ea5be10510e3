import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../alerts/rules/parse-rule.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { Rule, ThresholdRule } from '../../core/rule.ts';
import { groupOf } from '../counter/alert-writer.ts';
import { HOUR_MS, MINUTE_MS, START_MS, makeItem, makeRule } from '../counter/testing/entries.ts';
import { Life } from './testing/life.ts';

const how = fc.record({ at: fc.nat(39), waits: fc.nat(5), repeats: fc.boolean(), restarts: fc.boolean() });

describe('a rule that adds up probabilities and comes later', () => {
  const rule = makeRule({ of: 'probability', windowMs: 3 * MINUTE_MS, fireAt: 3, resolveBelow: 3 });
  const moments = fc.array(fc.record({
    afterMs: fc.oneof(fc.nat(3_000), fc.nat(40_000)),
    items: fc.array(fc.record({ ageMs: fc.oneof(fc.constant(0), fc.nat(4 * MINUTE_MS)), probability: fc.constantFrom(0.123, 0.5, 1), category: fc.constantFrom('logistics', 'other') }), { maxLength: 4 }),
  }), { minLength: 1, maxLength: 40 });

  /** Of each group what is inside the window. */
  const sums = ({ state }: Life): Record<string, number> => {
    const { counted, ruleState } = state.plan.byRule.get(rule.id)!;
    const found = counted.grouping.keys().map((key) => [groupOf(counted, key, rule.groupBy).group['category']!, ruleState.watch!.weights.read(key, state.nowMs - ruleState.rule.windowMs, 3).sum] as const);
    return Object.fromEntries(found.filter(([, sum]) => sum > 0));
  };

  const run = async (script: readonly (typeof moments extends fc.Arbitrary<readonly (infer T)[]> ? T : never)[], { at, waits, ...rest }: { at: number; waits: number; repeats: boolean; restarts: boolean }, rules: { first: ThresholdRule[]; then: ThresholdRule[] }): Promise<Life> => {
    const life = new Life();
    life.feed(START_MS, { kind: 'rules', rules: rules.first });
    await life.fill(START_MS, rest);
    const begins = at % script.length;
    let nowMs = START_MS;
    for (const [index, { afterMs, items }] of script.entries()) {
      nowMs += afterMs;
      if (index === begins) life.feed(nowMs, { kind: 'rules', rules: rules.then });
      life.frame(nowMs, items.map(({ ageMs, probability, category }) => makeItem({ createdAtMs: nowMs - ageMs, score: { complaintProbability: probability, categories: [{ id: category, probability: 1, decidedBy: 'model' }] } })));
      if (index === Math.min(script.length - 1, begins + waits)) await life.fill(nowMs, rest);
    }
    return life;
  };

  it('adds up what it would had it been there from the beginning, and has the same alerts open', async () => {
    await fc.assert(fc.asyncProperty(moments, how, async (script, plan) => {
      const straight = await run(script, plan, { first: [rule], then: [rule] });
      const filled = await run(script, plan, { first: [], then: [rule] });
      expect(sums(filled)).toEqual(sums(straight));
      const open = (life: Life): string[] => [...life.state.rules[0]!.open.entries()].map(([, { group }]) => group['category']!).sort();
      expect(open(filled)).toEqual(open(straight));
    }), { numRuns: 60 });
  });

  it('has what was let go where its window becomes longer', async () => {
    const short = { ...rule, windowMs: MINUTE_MS };
    await fc.assert(fc.asyncProperty(moments, how, async (script, plan) => {
      const straight = await run(script, plan, { first: [rule], then: [rule] });
      const longer = await run(script, plan, { first: [short], then: [rule] });
      expect(sums(longer)).toEqual(sums(straight));
    }), { numRuns: 60 });
  });
});

describe('a rule for new topics that comes later', () => {
  const DAY_MS = 24 * HOUR_MS;
  const rule = (terms: 'text' | 'keywords'): Rule => parseRule({ id: 'topic', title: { zh: '新话题', en: 'New topic' }, kind: 'newTopic', where: 'complaint', window: '6h', atLeast: 5, times: 5, memory: '3d', terms });
  const say = (nowMs: number, text: string, customer: number): ScoredItem => makeItem({ id: `i${nowMs}`, createdAtMs: nowMs, text, customer: { id: `c${customer}` }, score: { keywords: [text.slice(2, 4)] } });

  /** Nine days of what is always said; a rule from the start or from the ninth day on; then 漏液 comes up. */
  const play = async (terms: 'text' | 'keywords', isThere: boolean, waitsMs = HOUR_MS): Promise<Life> => {
    const life = new Life();
    life.feed(START_MS, { kind: 'rules', rules: isThere ? [rule(terms)] : [] });
    await life.fill(START_MS, { repeats: false, restarts: false });
    let filled = isThere;
    for (let nowMs = START_MS, index = 0; nowMs < START_MS + 9 * DAY_MS + 6 * HOUR_MS; nowMs += 20 * MINUTE_MS, index++) {
      const ruleAtMs = START_MS + 9 * DAY_MS;
      if (!isThere && nowMs === ruleAtMs) life.feed(nowMs, { kind: 'rules', rules: [rule(terms)] });
      const isNew = nowMs > ruleAtMs - 2 * HOUR_MS && index % 2 === 0;
      life.frame(nowMs, [say(nowMs, isNew ? '电池漏液了' : '快递太慢了一直没到', index % 40)]);
      if (!filled && nowMs >= ruleAtMs + waitsMs) {
        await life.fill(nowMs, { repeats: true, restarts: true });
        filled = true;
      }
    }
    return life;
  };

  it.each(['text', 'keywords'] as const)('knows what was usual and who said the term before it was made: %s', async (terms) => {
    const [straight, filled] = [await play(terms, true), await play(terms, false)];
    const told = (life: Life) => life.events.filter(({ kind }) => kind === 'opened').map(({ group, count, atMs, basis }) => ({ group, count, atMs, exact: basis?.topic?.exact, since: basis?.topic?.since === null ? 'all' : 'a place' }));
    expect(told(straight)).toHaveLength(1);
    // The same topic at the same item; the past is in it, though the rule was not there.
    expect(told(filled)).toEqual(told(straight).map((one) => ({ ...one, since: 'all' })));
    const expected = (life: Life): number => { const event = life.events.find(({ kind }) => kind === 'opened')!; return event.measure?.kind === 'newTopic' ? event.measure.expected : -1; };
    expect(expected(filled)).toBeCloseTo(expected(straight), 0);
    // What was always said is usual at once.
    expect(filled.state.rules[0]!.watch!.topics[0]!.count(terms === 'text' ? '快递' : '太慢', filled.state.nowMs).items).toBe(0);
  });

  it('does not fire while it is being filled, and is filled anew where a restart came in the past', async () => {
    const late = await play('text', false, 5 * HOUR_MS);
    const opened = late.events.find(({ kind }) => kind === 'opened')!;
    expect(opened.atMs).toBeGreaterThanOrEqual(START_MS + 9 * DAY_MS + 5 * HOUR_MS);
  });
});
