import { expect, it } from 'vitest';
import { folderAdvice, folderReason } from './folder-trouble.ts';

it.each([
  ['ENOSPC', 'the disk is full', /^Make room on its disk/],
  ['EROFS', 'it is on a read-only disk', /^Let the disk take writes/],
  ['EACCES', 'this user may not write there', /this user may write\.$/],
])('%s is told by its reason, and with what helps against it', (code, reason, advice) => {
  const cause = Object.assign(new Error(`${code}: mkdir`), { code });
  expect(folderReason(cause)).toBe(reason);
  expect(folderAdvice(cause)).toMatch(advice);
});
