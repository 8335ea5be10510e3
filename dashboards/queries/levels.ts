import type { Level } from './panel.ts';

/** Blue, yellow and purple-red differ for every kind of colour vision; the sign and the word say the same. */
const CALM = '#5794f2';
const RAISED = '#e0b400';
const HIGH = '#d44a7a';

/** Levels of a number that is worse the higher it is. */
export function levels(raisedFrom: number, highFrom: number): Level[] {
  return [
    { color: CALM, word: { zh: '● 正常', en: '● normal' } },
    { from: raisedFrom, color: RAISED, word: { zh: '◆ 偏高', en: '◆ raised' } },
    { from: highFrom, color: HIGH, word: { zh: '▲ 高', en: '▲ high' } },
  ];
}
