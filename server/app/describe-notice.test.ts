import { expect, it } from 'vitest';
import { describeNotice } from './describe-notice.ts';

it.each([
  [{ kind: 'keys-over-limit', groupBy: 'product', keysMax: 10_000 }, 'More than 10000 groups of product came; further ones are counted together as "(over the key limit)".'],
  [{ kind: 'rule-refused', ruleId: 'burst', message: 'its counts are out of range' }, 'Rule burst: its counts are out of range.'],
  [{ kind: 'missing-frames-forgotten', missingFramesMax: 5 }, 'The counter met a limit or a rule that does not work: {"kind":"missing-frames-forgotten","missingFramesMax":5}'],
] as const)('a notice of the counter is a sentence for an operator: %o', (notice, sentence) => {
  expect(describeNotice(notice)).toBe(sentence);
});
