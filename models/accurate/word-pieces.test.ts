import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPECIAL_PIECES, WordPieces } from './word-pieces.ts';

const PIECES = [...SPECIAL_PIECES, '太', '慢', '了', '，', '。', ',', '.', '生', '气', 'ship', '##ping', '##s', 'slow', 'angry', 'a', '##a', '客', '态', 'cafe'];
const zh = new WordPieces(PIECES, { tokensMax: 12, tailTokens: 4, wideMarks: true });
const en = new WordPieces(PIECES, { tokensMax: 12, tailTokens: 4, wideMarks: false });
const shown = (pieces: WordPieces, text: string): string => pieces.encode(text).map((id) => PIECES[id]).join(' ');

describe('word pieces', () => {
  it.each([
    ['太慢了', '[CLS] 太 慢 了 [SEP]'],
    ['太慢了，。', '[CLS] 太 慢 了 ， 。 [SEP]'],
    ['太慢了,.', '[CLS] 太 慢 了 ， 。 [SEP]'],
    ['', '[CLS] [SEP]'],
    ['客態', '[CLS] 客 态 [SEP]'],
    ['龘', '[CLS] [UNK] [SEP]'],
    ['慢😡', '[CLS] 慢 生 气 [SEP]'],
  ])('in Chinese of %j: %s', (text, expected) => {
    expect(shown(zh, text)).toBe(expected);
  });

  it.each([
    ['Shipping', '[CLS] ship ##ping [SEP]'],
    ['SHIPS slow.', '[CLS] ship ##s slow . [SEP]'],
    ['shipped', '[CLS] [UNK] [SEP]'],
    ['Café', '[CLS] cafe [SEP]'],
    ['slow 😡', '[CLS] slow angry [SEP]'],
    ['ｓｌｏｗ', '[CLS] slow [SEP]'],
  ])('in English of %j: %s', (text, expected) => {
    expect(shown(en, text)).toBe(expected);
  });

  it('keep both ends of a long text', () => {
    expect(shown(zh, `太太太太太太太慢慢慢慢慢慢慢慢了了`)).toBe('[CLS] 太 太 太 太 太 太 慢 慢 了 了 [SEP]');
  });

  it('have a word of a hundred letters as one unknown piece', () => {
    expect(shown(en, 'a'.repeat(100))).toBe('[CLS] [UNK] [SEP]');
    expect(shown(en, 'aaa')).toBe('[CLS] a ##a ##a [SEP]');
  });

  it('answer any text within the limit, with known ids only', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const pieces of [zh, en]) {
        const ids = pieces.encode(text);
        expect(ids.length).toBeGreaterThanOrEqual(2);
        expect(ids.length).toBeLessThanOrEqual(12);
        expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < PIECES.length)).toBe(true);
      }
    }), { numRuns: 100, seed: 11 });
  });
});
