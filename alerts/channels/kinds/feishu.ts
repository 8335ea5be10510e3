import { createHmac } from 'node:crypto';
import type { Card, CardBlock, CardPicture } from '../../cards/card.ts';
import { escapeByEntities } from '../../cards/escape.ts';
import { fitCard, utf8Bytes } from '../../cards/fit-card.ts';
import { blockLines, plainOf } from '../../cards/plain-text.ts';
import type { PageLanguage } from '../../notify/summarize.ts';
import type { Adapter } from '../adapter.ts';
import { secretsOf } from '../answer-words.ts';
import { BUSY, jsonObject, judgeVerdict, refused, setup, slowDown, TAKEN, textOf, UNKNOWN } from '../read-verdict.ts';
import type { CodeMeaning } from '../read-verdict.ts';
import { readUrl } from '../robot-channel.ts';

/** A request may have 20 KB. */
const BODY_BYTES_MAX = 20_000;
/** Of it, what stands around the card: its kind and its signature. */
const ENVELOPE_BYTES_MAX = 200;
const HELD_UP_MS = 60_000;

const MEANINGS: Record<number, CodeMeaning> = {
  0: TAKEN,
  2200: BUSY,
  11232: slowDown(HELD_UP_MS),
  11246: refused(),
  19001: setup('wrong-key'),
  19002: refused(),
  19021: setup('bad-signature'),
  19022: setup('ip-not-allowed'),
  19024: setup('keyword-missing'),
  230020: slowDown(HELD_UP_MS),
  99991400: slowDown(HELD_UP_MS),
};

/**
 * 9499 has two meanings: the gateway in front of the robot says so to whoever calls too often, and the robot of a body that it cannot
 * read. Only its words tell which, so another wording is tried again.
 */
function meaningOf(code: number, words: string): CodeMeaning {
  if (code !== 9499) return MEANINGS[code] ?? UNKNOWN;
  if (/too many|frequen|limit/iu.test(words)) return slowDown(HELD_UP_MS);
  return /bad request/iu.test(words) ? refused() : UNKNOWN;
}

/** Feishu's and Lark's custom robot: an interactive card; the signature is HMAC-SHA256 of nothing under `timestamp\nsecret`. */
export function feishuAdapter({ url, secret }: { url: string; secret?: string }): Adapter {
  const address = readUrl(url, 'The Feishu robot\'s address');
  const hidden = [...secretsOf(address), ...(secret === undefined ? [] : [secret])];
  return {
    kind: 'feishu',
    host: address.hostname,
    hidden,
    compose(card, _page, nowMs) {
      const seconds = String(Math.floor(nowMs / 1_000));
      const signature = secret === undefined ? {} : { timestamp: seconds, sign: createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64') };
      const write = (smaller: Card): string => JSON.stringify({ ...signature, msg_type: 'interactive', card: cardOf(smaller) });
      const body = fitCard(card, write, (written) => utf8Bytes(written) <= BODY_BYTES_MAX);
      return { url: address, body, ...(body.includes('"tag":"chart"') ? { hasPicture: true as const } : {}) };
    },
    holds: (card) => utf8Bytes(JSON.stringify(cardOf(card))) <= BODY_BYTES_MAX - ENVELOPE_BYTES_MAX,
    judge(answer, nowMs) {
      const body = jsonObject(answer.bodyStart);
      // An older form of success has StatusCode in place of code.
      const code = body?.['code'] ?? body?.['StatusCode'];
      const words = textOf(body?.['msg'] ?? body?.['StatusMessage']);
      const verdict = typeof code === 'number' ? { code, words, meaning: meaningOf(code, words) } : null;
      return judgeVerdict(answer, verdict, { hidden, nowMs, name: 'Feishu' });
    },
  };
}

const COLORS = { critical: 'red', warning: 'orange', notice: 'blue', resolved: 'green' } as const;

function cardOf(card: Card): object {
  const buttons = card.links.map(({ kind, label, url }) => ({ tag: 'button', type: kind === 'acknowledge' ? 'primary' : 'default', text: plain(label), url }));
  return {
    config: { wide_screen_mode: true },
    header: { template: COLORS[card.tone], title: plain(card.headline) },
    elements: [...card.blocks.flatMap((block) => (block.style === 'facts' && card.picture !== undefined ? [...elements(block, card.language), chart(card.picture)] : elements(block, card.language))), ...(buttons.length === 0 ? [] : [{ tag: 'action', actions: buttons }])],
  };
}

/** What customers wrote stands in plain text, which knows no markup. */
function elements(block: CardBlock, language: PageLanguage): object[] {
  switch (block.style) {
    case 'facts':
      return [{ tag: 'div', fields: block.lines.map(({ label, text }) => ({ is_short: true, text: { tag: 'lark_md', content: `**${escapeByEntities(label ?? '')}**\n${escapeByEntities(text)}` } })) }];
    case 'list':
    case 'quotes':
      return [{ tag: 'hr' }, { tag: 'div', text: plain(blockLines(block, language).join('\n')) }];
    case 'note':
      return [{ tag: 'note', elements: block.lines.map((line) => plain(plainOf(line, language))) }];
  }
}

/** Drawn by the client itself: a robot of a group may upload no picture, and Feishu shows none by its address. */
function chart({ drawn: { counts }, ends }: CardPicture): object {
  // Parts of a short window may end in the same minute, and bars of one name would be one bar.
  const names = new Set(ends).size === counts.length ? ends : counts.map((_, index) => String(index + 1));
  const values = counts.map((count, index) => ({ at: names[index] ?? '', count }));
  return { tag: 'chart', aspect_ratio: '16:9', chart_spec: { type: 'bar', data: { values }, xField: 'at', yField: 'count' } };
}

function plain(content: string): object {
  return { tag: 'plain_text', content };
}
