import { createHmac } from 'node:crypto';
import type { Card, CardBlock } from '../../cards/card.ts';
import { escapeByTwins } from '../../cards/escape.ts';
import { fitCard, utf8Bytes } from '../../cards/fit-card.ts';
import { plainOf } from '../../cards/plain-text.ts';
import { colon } from '../../cards/punctuation.ts';
import type { PageLanguage } from '../../notify/summarize.ts';
import type { Adapter } from '../adapter.ts';
import { secretsOf } from '../answer-words.ts';
import { BUSY, jsonObject, judgeVerdict, refused, setup, slowDown, TAKEN, textOf, UNKNOWN } from '../read-verdict.ts';
import type { BodyVerdict, CodeMeaning } from '../read-verdict.ts';
import { readUrl } from '../robot-channel.ts';

/** A message may have 20,000 bytes; the rest is left for what DingTalk puts around it. */
const BODY_BYTES_MAX = 18_000;
const TITLE_CHARS_MAX = 60;

/** Past 20 messages a minute a robot is held up for ten minutes; a critical page asks each minute whether that is over. */
const HELD_UP_MS = 60_000;

const MEANINGS: Record<number, CodeMeaning> = {
  [-1]: BUSY,
  0: TAKEN,
  88: slowDown(HELD_UP_MS),
  40035: refused(),
  43004: refused(),
  90030: slowDown(HELD_UP_MS),
  90018: slowDown(HELD_UP_MS),
  130101: slowDown(HELD_UP_MS),
  130102: slowDown(HELD_UP_MS),
  300001: setup('wrong-key'),
  310000: setup('bad-signature'),
  400013: setup('chat-gone'),
  400101: setup('wrong-key'),
  400102: setup('robot-disabled'),
  400105: refused(),
  400106: setup('wrong-key'),
  410100: slowDown(HELD_UP_MS),
  430101: refused('unsafe-content'),
  430102: refused('unsafe-content'),
  430103: refused('unsafe-content'),
  430104: refused('unsafe-content'),
};

/** 310000 is said of all three security settings; its words tell which. */
function meaningOf(code: number, words: string): CodeMeaning {
  // A wrapper of older codes: of the rate, or of a token that is blank.
  if (code === 88 && /token/iu.test(words)) return setup('wrong-key');
  if (code !== 310000) return MEANINGS[code] ?? UNKNOWN;
  if (/keyword|关键词/iu.test(words)) return setup('keyword-missing');
  return /\bip\b|白名单|whitelist/iu.test(words) ? setup('ip-not-allowed') : setup('bad-signature');
}

/** What stands in front of the robots answers a flood itself: `{"status": 1111, "wait": 5, "punish": "deny"}`, in seconds. */
function floodOf(body: Record<string, unknown> | null): BodyVerdict | null {
  const [status, wait] = [body?.['status'], body?.['wait']];
  if (typeof status !== 'number' || typeof wait !== 'number' || body?.['punish'] === undefined) return null;
  return { code: status, words: 'too many requests', meaning: slowDown(Math.max(0, wait) * 1_000) };
}

/** DingTalk's custom robot: an action card with buttons, signed by HMAC-SHA256 over `timestamp\nsecret` under the secret. */
export function dingtalkAdapter({ url, secret }: { url: string; secret?: string }): Adapter {
  const address = readUrl(url, 'The DingTalk robot\'s address');
  const hidden = [...secretsOf(address), ...(secret === undefined ? [] : [secret])];
  return {
    kind: 'dingtalk',
    host: address.hostname,
    hidden,
    compose(card, _page, nowMs) {
      const signed = new URL(address);
      if (secret !== undefined) {
        signed.searchParams.set('timestamp', String(nowMs));
        signed.searchParams.set('sign', createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64'));
      }
      const body = fitCard(card, bodyOf, (written) => utf8Bytes(written) <= BODY_BYTES_MAX);
      return { url: signed, body, ...(body.includes('![') ? { hasPicture: true as const } : {}) };
    },
    holds: (card) => utf8Bytes(bodyOf(card)) <= BODY_BYTES_MAX,
    judge(answer, nowMs) {
      const body = jsonObject(answer.bodyStart);
      const code = body?.['errcode'];
      const words = textOf(body?.['errmsg']);
      const verdict = typeof code === 'number' ? { code, words, meaning: meaningOf(code, words) } : floodOf(body);
      return judgeVerdict(answer, verdict, { hidden, nowMs, name: 'DingTalk' });
    },
  };
}

function bodyOf(card: Card): string {
  const title = card.headline.slice(0, TITLE_CHARS_MAX).replace(/\p{Surrogate}/gu, '');
  const text = [`### ${colored(card)}`, ...(card.picture === undefined || card.picture.url === null ? [] : [`![${escapeByTwins(card.picture.alt)}](${card.picture.url})`]), ...card.blocks.map((each) => block(each, card.language))].join('\n\n');
  return JSON.stringify({
    msgtype: 'actionCard',
    actionCard: { title, text, btnOrientation: '0', btns: card.links.map(({ label, url }) => ({ title: label, actionURL: url })) },
  });
}

const COLORS = { critical: '#d6293e', warning: '#d97706', notice: '#2563eb', resolved: '#15803d' } as const;

function colored(card: Card): string {
  return `<font color="${COLORS[card.tone]}">${escapeByTwins(card.headline)}</font>`;
}

function block({ style, title, lines }: CardBlock, language: PageLanguage): string {
  const texts = lines.map((line) => (line.label === null ? escapeByTwins(line.text) : `**${escapeByTwins(line.label)}**${colon(language)}${escapeByTwins(line.text)}`));
  const head = title === null ? [] : [`**${escapeByTwins(title)}**`];
  switch (style) {
    case 'facts':
    case 'list':
      return [...head, ...texts.map((text) => `- ${text}`)].join('\n');
    case 'quotes':
      return [...head, ...texts.map((text) => `> ${text}`)].join('\n\n');
    case 'note':
      return lines.map((line) => `<font color="#6b7280">${escapeByTwins(plainOf(line, language))}</font>`).join('\n\n');
  }
}
