import { describe, expect, it } from 'vitest';
import { HEADS, OUTPUT_SIZE } from '../heads.ts';
import { toRow } from './dataset.ts';
import type { Row } from './dataset.ts';
import { buildTargets, HEAD_COUNT } from './targets.ts';
import type { Teacher } from './teacher.ts';

const IMPLICIT_HEAD = 5;
const sure: Teacher = { size: 1, has: () => true, opinionOf: () => ({ sentiment: Float32Array.of(0.9, 0.05, 0.05), complaint: 0.9, implicit: 0.9 }) };
const nobody: Teacher = { size: 0, has: () => false, opinionOf: () => null };

function rowOf(text: string, label: string, source: string): Row {
  const row = toRow({ text, label, source });
  if (row === null) throw new Error('no row');
  return row;
}

function implicitOf(row: Row, teacher: Teacher): { value: number; weight: number } {
  const { values, weights } = buildTargets([row], ['train'], teacher);
  return { value: values[HEADS.implicit.from] ?? -1, weight: weights[IMPLICIT_HEAD] ?? -1 };
}

describe('what the network is taught', () => {
  it('is that a text given as neutral loses no customer, whatever rules and teacher say', () => {
    const leaving = '东西还可以，下次不想再买了';
    for (const teacher of [nobody, sure]) {
      const { value, weight } = implicitOf(rowOf(leaving, 'neutral', 'jd_laptop'), teacher);
      expect(value).toBe(0);
      expect(weight).toBeGreaterThan(0);
    }
    expect(implicitOf(rowOf(leaving, 'negative', 'jd_laptop'), nobody).value).toBe(1);
  });

  it('is the label beside the teacher, more of the label where it is careful', () => {
    const negativeOf = (source: string): number => buildTargets([rowOf('很好', 'positive', source)], ['train'], sure).values[HEADS.sentiment.from] ?? -1;
    expect(negativeOf('jd_laptop')).toBeGreaterThan(0);
    expect(negativeOf('online_shopping_10_cats')).toBeGreaterThan(negativeOf('jd_laptop'));
  });

  it('is nothing of a head that nobody knows about, and the label alone outside of training', () => {
    const { values, weights } = buildTargets([rowOf('很好', 'positive', 'vader_tweets'), rowOf('很好', 'positive', 'jd_laptop')], ['train', 'test'], sure);
    expect([...weights.subarray(2, HEAD_COUNT)]).toEqual([0, 0, 0, 0]);
    expect([...values.subarray(OUTPUT_SIZE, OUTPUT_SIZE + 3)]).toEqual([0, 0, 1]);
  });
});
