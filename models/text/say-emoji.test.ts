import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sayEmoji } from './say-emoji.ts';

describe('a text without letters', () => {
  it.each([
    ['😡😡😡', '生气', ['😡']], ['👍🏻', '赞', ['👍']], ['❤️', '喜欢', ['❤']], ['💔 👎！！', '伤心，差', ['💔', '👎']], ['[发怒][流泪]', '生气，哭', ['[发怒]', '[流泪]']], ['[强]👍', '赞', ['[强]']],
  ])('is said by its emoji: %s', (text, words, emoji) => {
    expect(sayEmoji(text)).toEqual({ words, emoji });
  });

  it.each(['', '。。。', '？？？', '😂', '🙂', '🍎', '🇨🇳', '[捂脸]', '[没有这个表情]', '★☆☆☆☆', '\ud83d'])('says nothing where nobody can tell what it says: %s', (text) => {
    expect(sayEmoji(text)).toEqual({ words: '', emoji: [] });
  });
});

describe('a text with letters or digits', () => {
  it.each(['好', '还行👌', '[微笑]下次不来了', '1', 'ok😡', '[一个很长的名字不是表情]', 'خدمة'])('speaks for itself: %s', (text) => {
    expect(sayEmoji(text)).toBeNull();
  });

  it('is told apart in any string', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const said = sayEmoji(text);
      if (said === null) expect(text).toMatch(/[\p{L}\p{N}]/u);
      else for (const emoji of said.emoji) expect(text).toContain(emoji);
    }));
  });
});
