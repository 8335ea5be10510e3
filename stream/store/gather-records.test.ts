import { TestScheduler } from 'rxjs/testing';
import { expect, it } from 'vitest';
import { gatherRecords } from './gather-records.ts';

it.each([
  ['the first value after a rest waits for the short time', 'a 19ms b', '10ms x 19ms y', { x: ['a'], y: ['b'] }],
  ['values that keep coming are gathered for the long time', 'abcdefghijklmnopqrstuvw', '10ms x 14ms y', { x: [...'abcdefghijk'], y: [...'lmnopqrstuvw'] }],
])('%s', (_name, values, gathered, pieces) => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
    expectObservable(hot(values).pipe(gatherRecords({ gatherMs: 10, betweenMs: 15, countMax: 100 }))).toBe(gathered, pieces);
  });
});

it('as many as there may be go at once, what is left goes when the source ends, and an error is handed on', () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
    const gather = gatherRecords<string>({ gatherMs: 10, betweenMs: 15, countMax: 3 });
    expectObservable(hot('abcd---|').pipe(gather)).toBe('--x----(y|)', { x: ['a', 'b', 'c'], y: ['d'] });
    expectObservable(hot('a-#').pipe(gather)).toBe('--#');
  });
});
