import { expect, it } from 'vitest';
import { MEASURED } from './measured.ts';
import { planCapacity, type LoadPlan } from './plan-capacity.ts';
import { assumptionsOf, CAPACITY_LANGUAGES, describeCapacity, type CapacityLanguage } from './words.ts';

const load: LoadPlan = { itemsPerDay: 1e6, peakFactor: 5, sending: 'batches', windowMs: 86_400_000, rules: 10, keys: 1_000, keepDays: 365, scoredLogKeepHours: 168, coresPerNode: 8, copies: 1 };
const described = (itemsPerDay: number, language: CapacityLanguage): string => describeCapacity(planCapacity({ ...load, itemsPerDay }), { load: { ...load, itemsPerDay }, measured: MEASURED, language });

it('is said in Chinese and in English, with the same figures', () => {
  expect(described(1e6, 'en')).toContain('12 items/s on the mean, 58 in the busiest second.');
  expect(described(1e6, 'zh')).toContain('平均每秒 12 条，最忙的一秒 58 条。');
  const numbers = (text: string): string[] => text.match(/\d[\d.,]*\d|\d/g) ?? [];
  for (const itemsPerDay of [1e6, 1e8, 1e9]) {
    const [zh, en] = CAPACITY_LANGUAGES.map((language) => new Set(numbers(described(itemsPerDay, language))));
    expect([...en!].filter((number) => !zh!.has(number)), `of ${itemsPerDay}`).toEqual([]);
  }
});

it('has as many assumptions in each language, and an English one without Chinese', () => {
  const [zh, en] = CAPACITY_LANGUAGES.map((language) => assumptionsOf(load, MEASURED, language));
  expect(zh).toHaveLength(en!.length);
  expect(en!.join(' ')).not.toMatch(/\p{Script=Han}/u);
});

it('says for a small company that one process is enough, and for a large one that it is not', () => {
  expect(described(1e6, 'en')).toContain('One process on one machine of 8 cores is enough');
  expect(described(1e9, 'en')).toContain('More than one process is needed');
  expect(described(1e9, 'zh')).toContain('需要多个进程');
});

it('puts columns of Chinese under each other', () => {
  const rows = described(1e6, 'zh').split('\n').filter((line) => /核|GB|MB/.test(line) && line.includes('   '));
  const width = (line: string): number => [...line].reduce((sum, character) => sum + (character.codePointAt(0)! >= 0x2e80 ? 2 : 1), 0);
  const withDisk = rows.filter((line) => /(B|磁盘)$/.test(line) && !/网关|进程/.test(line));
  expect(new Set(withDisk.map(width)).size).toBe(1);
});
