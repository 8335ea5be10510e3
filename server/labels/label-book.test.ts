import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelRecord } from '../../core/label.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import { LabelBook } from './label-book.ts';

describe('the book of labels', () => {
  let bus: MemoryBus;
  let nowMs: number;
  let stored: LabelRecord[];
  let ids: number;
  let books: LabelBook[];
  const open = async (recordsMax?: number): Promise<LabelBook> => {
    const book = new LabelBook({
      log: bus.log('labels'), clock: { nowMs: () => nowMs }, makeId: () => `l${++ids}`, telemetry: () => undefined,
      sources: { textOf: async (workspace, id) => (workspace === 'default' && id !== 'nowhere' ? `text of ${id}` : null), stored: async (_, id) => stored.filter(({ feedbackId }) => feedbackId === id) },
      ...(recordsMax === undefined ? {} : { recordsMax }),
    });
    books.push(book);
    await book.start();
    return book;
  };
  const logged = async (): Promise<LabelRecord | null> => {
    const last = await bus.log('labels').last();
    return last === null ? null : decodeJson('label', last.value);
  };

  beforeEach(() => {
    bus = new MemoryBus({ clock: { nowMs: () => nowMs } });
    [nowMs, stored, ids, books] = [100, [], 0, []];
  });
  afterEach(() => books.forEach((book) => book.stop()));

  it('keeps a label on its log, with the text that was judged, before it answers', async () => {
    const answer = await (await open()).set('default', 'a', { by: 'u1', labels: { sentiment: 'negative', stars: 1 } });
    const record = { id: 'l1', workspace: 'default', feedbackId: 'a', text: 'text of a', by: 'u1', atMs: 100, labels: { sentiment: 'negative', stars: 1 } };
    expect(answer).toEqual({ outcome: 'kept', history: [record], current: { sentiment: { value: 'negative', by: 'u1', atMs: 100 }, stars: { value: 1, by: 'u1', atMs: 100 } } });
    expect(await logged()).toEqual(record);
  });

  it('adds nothing for the same again, not even at the same moment', async () => {
    const book = await open();
    const answers = await Promise.all(Array.from({ length: 5 }, () => book.set('default', 'a', { by: 'u1', labels: { complaint: true } })));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['kept', 'already-so', 'already-so', 'already-so', 'already-so']);
    expect((await bus.log('labels').info()).entries).toBe(1);
  });

  it('lets the last label of a field win and keeps the history', async () => {
    const book = await open();
    await book.set('default', 'a', { by: 'u1', labels: { sentiment: 'negative', complaint: true } });
    nowMs = 200;
    await book.set('default', 'a', { by: 'u2', labels: { sentiment: 'neutral' } });
    const { history, current } = await book.of('default', 'a');
    expect(history.map(({ by }) => by)).toEqual(['u1', 'u2']);
    expect(current).toMatchObject({ sentiment: { value: 'neutral', by: 'u2' }, complaint: { value: true, by: 'u1' } });
    expect((await book.of('default', 'b')).history).toEqual([]);
  });

  it('knows after a restart what the log holds, and what only the store does', async () => {
    await (await open()).set('default', 'a', { by: 'u1', labels: { stars: 2 } });
    expect((await (await open()).of('default', 'a')).current).toMatchObject({ stars: { value: 2 } });
    stored = [{ id: 'old', workspace: 'default', feedbackId: 'a', text: 't', by: 'u9', atMs: 1, labels: { stars: 5, implicit: true } }];
    expect((await (await open(1)).of('default', 'a')).current).toMatchObject({ stars: { value: 2, by: 'u1' }, implicit: { value: true, by: 'u9' } });
  });

  it('counts a record once that has come to the store as well', async () => {
    const book = await open();
    const { history } = await book.set('default', 'a', { by: 'u1', labels: { stars: 2 } });
    stored = [...history];
    expect((await book.of('default', 'a')).history).toHaveLength(1);
  });

  it('refuses an item that is not stored, and one of another workspace', async () => {
    const book = await open();
    await expect(book.set('default', 'nowhere', { by: 'u1', labels: { stars: 2 } })).rejects.toMatchObject({ code: 'not_found' });
    await expect(book.of('other', 'a')).rejects.toMatchObject({ code: 'not_found' });
    expect(await logged()).toBeNull();
  });
});
