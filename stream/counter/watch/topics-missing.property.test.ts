import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../alerts/rules/parse-rule.ts';
import type { NewTopicRule } from '../../../core/rule.ts';
import { HOUR_MS, MINUTE_MS, START_MS } from '../testing/entries.ts';
import { WatchRun } from './testing/watch-run.ts';
import { termsOf } from './topics/terms.ts';
import { usualFrom } from './watch-topics.ts';

const RULE = parseRule({ id: 'topic', title: { zh: '新话题', en: 'New topic' }, kind: 'newTopic', where: 'complaint', window: '6h', atLeast: 5, times: 5, memory: '3d' }) as NewTopicRule;
const TEXTS = ['充电器漏液', '充电器漏液了很吓人', '屏幕闪烁', '快递太慢了一直没到', '新买的屏幕闪烁不停'];
const NONE = new Set<string>();

interface Said {
  ms: number;
  customer: string;
  terms: ReadonlySet<string>;
}

/** Whether a term is new and growing by every item there was, each weighed by its own age: no sketch, no limit of what is followed. */
function isTopic(said: readonly Said[], term: string, nowMs: number): boolean {
  const of = said.filter(({ terms }) => terms.has(term));
  const inside = of.filter(({ ms }) => ms > nowMs - RULE.windowMs);
  const expected = expectedOf(said, term, nowMs);
  return expected !== null && new Set(inside.map(({ customer }) => customer)).size >= RULE.fireAt && inside.length >= expected * RULE.timesMin;
}

function expectedOf(said: readonly Said[], term: string, nowMs: number): number | null {
  const ageMs = nowMs - said[0]!.ms;
  if (ageMs < 3 * RULE.windowMs) return null;
  const of = said.filter(({ terms }) => terms.has(term));
  const inside = of.filter(({ ms }) => ms > nowMs - RULE.windowMs).length;
  const before = Math.max(0, of.reduce((sum, { ms }) => sum + 2 ** (-(nowMs - ms) / RULE.memoryMs), 0) - inside);
  const remembersMs = (RULE.memoryMs / Math.LN2) * (1 - 2 ** (-ageMs / RULE.memoryMs)) - RULE.windowMs;
  return (before * RULE.windowMs) / Math.max(RULE.windowMs, remembersMs);
}

describe('no new topic is missed', () => {
  it('that going through every item finds, save for terms that were usual already', () => {
    let found = 0;
    const item = fc.record({ text: fc.constantFrom(...TEXTS), customer: fc.nat(11), gapMs: fc.oneof(fc.nat(20 * MINUTE_MS), fc.nat(3 * HOUR_MS)) });
    fc.assert(fc.property(fc.array(item, { minLength: 40, maxLength: 100 }), fc.nat(TEXTS.length), (coming, usual) => {
      const run = new WatchRun([RULE]);
      const said: Said[] = [];
      const say = (ms: number, text: string, customer: string): void => {
        run.item(ms, { text, customer: { id: customer } });
        said.push({ ms, customer, terms: new Set(termsOf(text, 'zh', NONE)) });
      };
      let nowMs = START_MS;
      for (let index = 0; index < 150; index++) say((nowMs = START_MS + index * 20 * MINUTE_MS), TEXTS[usual] ?? '客服不回消息', `c${index % 90}`);
      for (const { text, customer, gapMs } of coming) {
        nowMs += gapMs;
        say(nowMs, text, `n${customer}`);
        const { topicOf } = run.state.plan.topics[0]!.watch!;
        for (const term of termsOf(text, 'zh', NONE)) {
          if (!isTopic(said, term, nowMs)) continue;
          // A term that was usual when it was said within the window was not followed from there on.
          const wasUsual = said.some(({ ms, terms }, at) => ms > nowMs - RULE.windowMs && terms.has(term) && (expectedOf(said.slice(0, at + 1), term, ms) ?? 0) > usualFrom(RULE));
          if (wasUsual) continue;
          found++;
          expect(topicOf.has(`shop ${term}`), `${term} at ${nowMs}`).toBe(true);
        }
      }
    }), { numRuns: 30 });
    expect(found).toBeGreaterThan(100);
  });
});
