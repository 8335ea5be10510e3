import { describe, expect, it } from 'vitest';
import { HEADS, OUTPUT_SIZE } from '../heads.ts';
import { chooseImplicit } from './choose-implicit.ts';
import type { JudgedRow } from './choose-implicit.ts';
import { PHRASE_SOURCE } from './dataset.ts';
import type { Row } from './dataset.ts';

const NEGATIVE = 0.45;

interface Given {
  /** Of negative, neutral, positive. */
  probabilities: [number, number, number];
  implicit: number;
  complaint: number;
  count: number;
}

/** The points by made-up lost customers of whom the model says this. */
function choose(given: Given[]): { implicit: number; complaintHint: number } {
  const rows: Row[] = [];
  const judged: JudgedRow[] = [];
  for (const { probabilities, implicit, complaint, count } of given) {
    for (let k = 0; k < count; k++) {
      const all = new Float32Array(OUTPUT_SIZE);
      all.set(probabilities, HEADS.sentiment.from);
      all[HEADS.implicit.from] = implicit;
      all[HEADS.complaint.from] = complaint;
      judged.push({ row: rows.length, probabilities: all });
      rows.push({ text: '', source: PHRASE_SOURCE, language: 'zh', sentiment: 'negative', mixed: false, stars: null, aspects: [], product: '', implicit: true });
    }
  }
  return chooseImplicit({ rows }, judged, NEGATIVE);
}

const LOST: Given = { probabilities: [0.2, 0.5, 0.3], implicit: 0.46, complaint: 0.4, count: 100 };

describe('chooseImplicit', () => {
  it('goes as high as lost customers allow', () => {
    expect(choose([LOST])).toEqual({ implicit: 0.45, complaintHint: 0.3 });
    expect(choose([{ ...LOST, complaint: 0.25 }])).toEqual({ implicit: 0.45, complaintHint: 0.2 });
  });

  it('lets one in six pass for content', () => {
    expect(choose([{ ...LOST, count: 84 }, { ...LOST, implicit: 0.3, count: 16 }]).implicit).toBe(0.45);
    expect(choose([{ ...LOST, count: 80 }, { ...LOST, implicit: 0.3, count: 20 }]).implicit).toBe(0.3);
  });

  it('asks nothing of a text that is negative anyway', () => {
    expect(choose([{ ...LOST, probabilities: [0.5, 0.3, 0.2], implicit: 0 }]).implicit).toBe(0.5);
  });

  it('takes the lowest where none reads enough, or none is there', () => {
    expect(choose([{ ...LOST, implicit: 0.1 }])).toEqual({ implicit: 0.2, complaintHint: 0.2 });
    expect(choose([])).toEqual({ implicit: 0.2, complaintHint: 0.2 });
  });
});
