import { describe, expect, it } from 'vitest';
import { parseRule } from '../../alerts/rules/parse-rule.ts';
import type { Rule } from '../../core/rule.ts';
import { MINUTE_MS, START_MS, makeItem } from '../counter/testing/entries.ts';
import { Life } from './testing/life.ts';

const write = (id: string, rest: Record<string, unknown>): Rule => parseRule({ id, title: { zh: '标题', en: 'Title' }, ...rest });
const items = (count: number, atMs: number, complaint: boolean) => Array.from({ length: count }, (_, at) => makeItem({ createdAtMs: atMs, channel: 'app', customer: { id: `${complaint}-${atMs}-${at}` }, score: { complaint } }));
const told = ({ events }: Life): string[] => events.map(({ kind, ruleId, count, measure }) => `${kind} ${ruleId} ${count}${measure?.kind === 'share' ? ` of ${measure.volume}` : ''}`);
const plan = { repeats: false, restarts: false };
const many = write('many', { kind: 'threshold', where: 'complaint', groupBy: ['category'], window: '1h', atLeast: 100 });

/** A rule that counts complaints by category, so that these are known, and ten items: four complaints among them. */
async function lived(): Promise<Life> {
  const life = new Life();
  life.feed(START_MS, { kind: 'rules', rules: [many] });
  await life.fill(START_MS, plan);
  life.frame(START_MS, [...items(6, START_MS, false), ...items(4, START_MS, true)]);
  return life;
}

describe('a rule that is made when others count the same already', () => {
  it('does not take what came since for all that a share is of: it waits until the past of that is there as well', async () => {
    const life = await lived();
    const share = write('part', { kind: 'share', where: 'complaint', of: 'channel == "app"', ofGroupBy: [], groupBy: ['category'], window: '1h', atLeast: '50%', minVolume: 2, minCount: 2 });
    life.feed(START_MS + MINUTE_MS, { kind: 'rules', rules: [many, share] });
    // Two of two since the rule was made, and six of twelve in its window.
    life.frame(START_MS + MINUTE_MS, items(2, START_MS + MINUTE_MS, true));
    expect(told(life)).toEqual([]);
    await life.fill(START_MS + 2 * MINUTE_MS, plan);
    expect(told(life)).toEqual(['opened part 6 of 12']);
  });

  it.each([
    ['customers', { of: 'customers', atLeast: 4 }],
    ['items that is kept open for a while', { atLeast: 4, keepFiringFor: '1m' }],
  ])('opens at once where enough is counted, as a threshold of %s', async (_, rest) => {
    const life = await lived();
    life.feed(START_MS + MINUTE_MS, { kind: 'rules', rules: [many, write('people', { kind: 'threshold', where: 'complaint', groupBy: ['category'], window: '1h', ...rest })] });
    expect(told(life)).toEqual(['opened people 4']);
  });

  it('opens at once where its count is lowered to what is there', async () => {
    const life = await lived();
    const people = (atLeast: number): Rule => write('people', { kind: 'threshold', of: 'customers', where: 'complaint', groupBy: ['category'], window: '1h', atLeast });
    life.feed(START_MS + MINUTE_MS, { kind: 'rules', rules: [many, people(5)] });
    expect(told(life)).toEqual([]);
    life.feed(START_MS + 2 * MINUTE_MS, { kind: 'rules', rules: [many, people(4)] });
    expect(told(life)).toEqual(['opened people 4']);
  });
});
