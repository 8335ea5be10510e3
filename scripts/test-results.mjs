import { readFileSync } from 'node:fs';

/**
 * What a run of Vitest's JSON reporter says, by file. Files that broke before their first test count as one failure each.
 * @param {string} path of the reporter's output
 * @returns {Map<string, { passed: number, failed: number, skipped: number }> | undefined} undefined when the run left no readable output
 */
export function readResults(path) {
  let results;
  try {
    results = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
  return new Map(results.testResults.map(({ name, status, assertionResults }) => {
    const count = (...wanted) => assertionResults.filter((test) => wanted.includes(test.status)).length;
    const failed = count('failed');
    return [name, { passed: count('passed'), failed: failed === 0 && status === 'failed' ? 1 : failed, skipped: count('skipped', 'pending', 'todo', 'disabled') }];
  }));
}

/** @param {Map<string, { failed: number }>} results @returns {string[]} the files in which something failed */
export const failedFiles = (results) => [...results].filter(([, { failed }]) => failed > 0).map(([file]) => file);

/**
 * The sum of both runs: a file of the second takes the place of the same file in the first.
 * @param {Map<string, { passed: number, failed: number, skipped: number }>} first
 * @param {Map<string, { passed: number, failed: number, skipped: number }>} second
 */
export function sumResults(first, second = new Map()) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const result of new Map([...first, ...second]).values()) for (const field of Object.keys(sum)) sum[field] += result[field];
  return sum;
}
