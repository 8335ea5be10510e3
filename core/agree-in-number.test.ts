import { describe, expect, it } from 'vitest';
import { agreeInNumber } from './agree-in-number.ts';

describe('one of what is counted', () => {
  it.each([
    ['1 rules in 1 files, 0 problems, 1 warnings', '1 rule in 1 file, 0 problems, 1 warning'],
    ['1 items were played.', '1 item was played.'],
    ['The roll-ups of 1 months are made again', 'The roll-ups of 1 month are made again'],
    ['… and 1 more lines that are not listed', '… and 1 more line that is not listed'],
    ['1 entries to count, 1 categories, 1 classes, 1 people', '1 entry to count, 1 category, 1 class, 1 person'],
    ['1 more new alerts, 1 alerts match', '1 more new alert, 1 alert matches'],
    ['3 items in 1 days (1 member alerts)', '3 items in 1 day (1 member alert)'],
  ])('%s', (text, said) => expect(agreeInNumber(text)).toBe(said));

  it.each(['11 items', '0.1 items', '1,001 items', '2 items', '1 items/s', 'entry 1 holds 2 rows', 'of 1 2 items', '21 rows were'])('is not in %s', (text) => expect(agreeInNumber(text)).toBe(text));
});
