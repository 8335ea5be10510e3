import { createHmac } from 'node:crypto';
import type { Card, CardBlock } from '../../cards/card.ts';
import { escapeByTwins } from '../../cards/escape.ts';
import { fitCard, utf8Bytes } from '../../cards/fit-card.ts';
import { plainOf } from '../../cards/plain-text.ts';
import type { Adapter } from '../adapter.ts';
import { secretsOf } from '../answer-words.ts';
import { BUSY, jsonObject, judgeVerdict, PAGE_FAULT, REFUSED, SETUP, slowDown, TAKEN, textOf } from '../read-verdict.ts';
import type { CodeMeaning } from '../read-verdict.ts';
import { readUrl } from '../robot-channel.ts';

/** A message may have 20,000 bytes; the rest is left for what DingTalk puts around it. */
const BODY_BYTES_MAX = 18_000;
const TITLE_CHARS_MAX = 60;

/** Past 20 messages a minute a robot is held up; asking sooner only prolongs it. */
const HELD_UP_MS = 60_000;

const MEANINGS: Record<number, CodeMeaning> = {
  [-1]: BUSY,
  0: TAKEN,
  88: slowDown(HELD_UP_MS),
  40035: REFUSED,
  43004: REFUSED,
  90018: slowDown(HELD_UP_MS),
  130101: slowDown(HELD_UP_MS),
  130102: slowDown(HELD_UP_MS),
  300001: SETUP,
  310000: SETUP,
  400013: SETUP,
  400101: SETUP,
  400102: SETUP,
  400105: REFUSED,
  400106: SETUP,
  410100: slowDown(HELD_UP_MS),
  430101: REFUSED,
  430102: REFUSED,
  430103: REFUSED,
  430104: REFUSED,
};

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
      const verdict = typeof code === 'number' ? { code, words: textOf(body?.['errmsg']), meaning: MEANINGS[code] ?? PAGE_FAULT } : null;
      return judgeVerdict(answer, verdict, { hidden, nowMs, name: 'DingTalk' });
    },
  };
}

function bodyOf(card: Card): string {
  const title = card.headline.slice(0, TITLE_CHARS_MAX).replace(/\p{Surrogate}/gu, '');
  const text = [`### ${colored(card)}`, ...(card.picture === undefined || card.picture.url === null ? [] : [`![${escapeByTwins(card.picture.alt)}](${card.picture.url})`]), ...card.blocks.map(block)].join('\n\n');
  return JSON.stringify({
    msgtype: 'actionCard',
    actionCard: { title, text, btnOrientation: '0', btns: card.links.map(({ label, url }) => ({ title: label, actionURL: url })) },
  });
}

const COLORS = { critical: '#d6293e', warning: '#d97706', notice: '#2563eb', resolved: '#15803d' } as const;

function colored(card: Card): string {
  return `<font color="${COLORS[card.tone]}">${escapeByTwins(card.headline)}</font>`;
}

function block({ style, title, lines }: CardBlock): string {
  const texts = lines.map((line) => (line.label === null ? escapeByTwins(line.text) : `**${escapeByTwins(line.label)}**: ${escapeByTwins(line.text)}`));
  const head = title === null ? [] : [`**${escapeByTwins(title)}**`];
  switch (style) {
    case 'facts':
    case 'list':
      return [...head, ...texts.map((text) => `- ${text}`)].join('\n');
    case 'quotes':
      return [...head, ...texts.map((text) => `> ${text}`)].join('\n\n');
    case 'note':
      return lines.map((line) => `<font color="#6b7280">${escapeByTwins(plainOf(line))}</font>`).join('\n\n');
  }
}
