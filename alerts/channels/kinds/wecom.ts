import type { Card, CardBlock } from '../../cards/card.ts';
import { escapeByTwins } from '../../cards/escape.ts';
import { fitCard, utf8Bytes } from '../../cards/fit-card.ts';
import { plainOf } from '../../cards/plain-text.ts';
import { colon } from '../../cards/punctuation.ts';
import type { PageLanguage } from '../../notify/summarize.ts';
import type { Adapter } from '../adapter.ts';
import { secretsOf } from '../answer-words.ts';
import { BUSY, jsonObject, judgeVerdict, refused, setup, slowDown, TAKEN, textOf, UNKNOWN } from '../read-verdict.ts';
import type { CodeMeaning } from '../read-verdict.ts';
import { readUrl } from '../robot-channel.ts';

/** Of `markdown.content` in UTF-8. */
const CONTENT_BYTES_MAX = 4_096;
const HELD_UP_MS = 60_000;

const MEANINGS: Record<number, CodeMeaning> = {
  [-1]: BUSY,
  0: TAKEN,
  40001: setup('wrong-key'),
  40014: setup('wrong-key'),
  40058: refused(),
  44004: refused(),
  45002: refused('too-large'),
  45009: slowDown(HELD_UP_MS),
  45033: slowDown(5_000),
  48002: setup('not-permitted'),
  60020: setup('ip-not-allowed'),
  93000: setup('wrong-key'),
  93004: setup('robot-disabled'),
  93008: setup('chat-gone'),
  93017: refused(),
};

/** 40058 and 93000 are said of messages that are too long as well; their words tell. */
function meaningOf(code: number, words: string): CodeMeaning {
  if ((code === 40058 || code === 93000) && /exceed max length|invalid input/iu.test(words)) return refused('too-large');
  return MEANINGS[code] ?? UNKNOWN;
}

/** WeCom's group robot: markdown of at most 4,096 bytes. */
export function wecomAdapter({ url }: { url: string }): Adapter {
  const address = readUrl(url, 'The WeCom robot\'s address');
  const hidden = secretsOf(address);
  return {
    kind: 'wecom',
    host: address.hostname,
    hidden,
    compose(card) {
      const content = fitCard(card, contentOf, (text) => utf8Bytes(text) <= CONTENT_BYTES_MAX);
      return { url: address, body: JSON.stringify({ msgtype: 'markdown', markdown: { content } }) };
    },
    holds: (card) => utf8Bytes(contentOf(card)) <= CONTENT_BYTES_MAX,
    judge(answer, nowMs) {
      const body = jsonObject(answer.bodyStart);
      const code = body?.['errcode'];
      const words = textOf(body?.['errmsg']);
      const verdict = typeof code === 'number' ? { code, words, meaning: meaningOf(code, words) } : null;
      return judgeVerdict(answer, verdict, { hidden, nowMs, name: 'WeCom' });
    },
  };
}

/** WeCom knows three colours by name. */
const COLORS = { critical: 'warning', warning: 'warning', notice: 'info', resolved: 'info' } as const;

function contentOf(card: Card): string {
  const links = card.links.map(({ label, url }) => `[${escapeByTwins(label)}](${linkTarget(url)})`).join(' | ');
  return [`**<font color="${COLORS[card.tone]}">${escapeByTwins(card.headline)}</font>**`, ...card.blocks.map((each) => block(each, card.language)), links].filter((part) => part !== '').join('\n');
}

function block({ style, title, lines }: CardBlock, language: PageLanguage): string {
  const head = title === null ? [] : [escapeByTwins(title)];
  const texts = lines.map((line) => (line.label === null ? escapeByTwins(line.text) : `${escapeByTwins(line.label)}${colon(language)}**${escapeByTwins(line.text)}**`));
  switch (style) {
    case 'facts':
    case 'list':
      return [...head, ...texts].join('\n');
    case 'quotes':
      return [...head, ...texts.map((text) => `> ${text}`)].join('\n');
    case 'note':
      return lines.map((line) => `<font color="comment">${escapeByTwins(plainOf(line, language))}</font>`).join('\n');
  }
}

/** A bracket would end the link. */
function linkTarget(url: string): string {
  return url.replace(/[()]/gu, (sign) => (sign === '(' ? '%28' : '%29'));
}
