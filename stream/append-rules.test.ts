import { Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { TocsinError } from '../core/errors.ts';
import type { Rule } from '../core/rule.ts';
import { appendRules } from './append-rules.ts';
import { makeRule } from './counter/testing/entries.ts';
import { decodeScoredEntry } from './frames/scored-entry.ts';
import type { AppendLog } from './ports.ts';

const rule = (id: string): Rule => makeRule({ id });

/** A log that notes what it is given; `refusals` appends are refused first. */
function scene(inForce: Rule[], refusals: Error[] = []) {
  const taken: { ids: string[]; messageId: string }[] = [];
  const tried: string[] = [];
  const failed: Error[] = [];
  const scored: AppendLog = {
    async append(bytes, messageId) {
      tried.push(messageId);
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      const entry = decodeScoredEntry(bytes);
      if (entry.kind === 'rules') taken.push({ ids: entry.rules.map(({ id }) => id), messageId });
      return { sequence: taken.length, duplicate: false };
    },
  };
  const ruleSets = new Subject<Rule[]>();
  appendRules({ scored, ruleSets, inForce, counterId: 'c' }).subscribe({ error: (error: Error) => failed.push(error) });
  return { ruleSets, taken, tried, failed };
}

describe('rule sets on the scored log', () => {
  it('says nothing of a set that the log knows, in whatever order it comes', async () => {
    const { ruleSets, taken, tried } = scene([rule('a'), rule('b')]);
    ruleSets.next([rule('b'), rule('a')]);
    ruleSets.next([rule('a')]);
    await vi.waitFor(() => expect(taken).toEqual([{ ids: ['a'], messageId: 'rules-c-1' }]));
    expect(tried).toEqual(['rules-c-1']);
  });

  it('appends a set and its undoing in quick succession, one after the other', async () => {
    const { ruleSets, taken } = scene([rule('a')]);
    ruleSets.next([rule('a'), rule('b')]);
    ruleSets.next([rule('a')]);
    await vi.waitFor(() => expect(taken).toEqual([{ ids: ['a', 'b'], messageId: 'rules-c-1' }, { ids: ['a'], messageId: 'rules-c-2' }]));
  });

  it('tries a log that is away again under the same message id', async () => {
    const { ruleSets, taken, tried } = scene([], [new TocsinError('log_unavailable', 'away', { retryable: true })]);
    ruleSets.next([rule('a')]);
    await vi.waitFor(() => expect(taken).toHaveLength(1), 10_000);
    expect(tried).toEqual(['rules-c-1', 'rules-c-1']);
  });

  it('gives up for good what no retry can mend', async () => {
    const { ruleSets, taken, failed } = scene([], [new TocsinError('invalid_request', 'no')]);
    ruleSets.next([rule('a')]);
    await vi.waitFor(() => expect(failed).toHaveLength(1));
    expect(taken).toEqual([]);
  });
});
