import { randomInt } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** 26¹⁰ milliseconds reach to the year 6429. */
const TIME_LETTERS = 10;
const PROCESS_LETTERS = 10;
const COUNTER_LETTERS = 5;
const COUNTER_LIMIT = 26 ** COUNTER_LETTERS;

/**
 * Ids of 25 letters that sort by time of making: time, a random part of this process, a counter.
 * No digits, so that no id is ever taken for a phone or a card and masked.
 */
export function createIdMaker(clock: Clock): () => string {
  const process = Array.from({ length: PROCESS_LETTERS }, () => LETTERS[randomInt(26)]).join('');
  let counter = 0;
  let timeMs = -1;
  let time = '';
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs !== timeMs) {
      timeMs = nowMs;
      time = letters(nowMs, TIME_LETTERS);
    }
    counter = (counter + 1) % COUNTER_LIMIT;
    return time + process + letters(counter, COUNTER_LETTERS);
  };
}

function letters(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 26)) text = (LETTERS[rest % 26] ?? '') + text;
  return text;
}
