import type { Card, CardBlock } from '../../cards/card.ts';
import { escapeHtml } from '../../cards/escape.ts';
import { fitCard } from '../../cards/fit-card.ts';
import { plainOf, plainText } from '../../cards/plain-text.ts';
import type { Adapter } from '../adapter.ts';
import { secretsOf } from '../answer-words.ts';
import { BUSY, jsonObject, judgeVerdict, PAGE_FAULT, REFUSED, SETUP, slowDown, textOf } from '../read-verdict.ts';
import type { BodyVerdict, CodeMeaning } from '../read-verdict.ts';
import { readUrl } from '../robot-channel.ts';

const API = 'https://api.telegram.org';
/** Of a text, counted without its tags. */
const TEXT_CHARS_MAX = 4_096;
const TEXT_CHARS_WANTED = TEXT_CHARS_MAX - 96;

/** Telegram's bot API: HTML, links as buttons under the message. */
export function telegramAdapter({ token, chat, url = API }: { token: string; chat: string; url?: string }): Adapter {
  const address = readUrl(`${url.replace(/\/$/u, '')}/bot${token}/sendMessage`, 'The Telegram API\'s address');
  const hidden = [token, `bot${token}`, ...secretsOf(address)];
  return {
    kind: 'telegram',
    host: address.hostname,
    hidden,
    compose: (card) => ({ url: address, body: JSON.stringify({ chat_id: chat, parse_mode: 'HTML', link_preview_options: { is_disabled: true }, ...fitCard(card, messageOf, ({ chars }) => chars <= TEXT_CHARS_WANTED).message }) }),
    judge: (answer, nowMs) => judgeVerdict(answer, verdictOf(answer.bodyStart), { hidden, nowMs, name: 'Telegram' }),
  };
}

function verdictOf(text: string): BodyVerdict | null {
  const body = jsonObject(text);
  if (typeof body?.['ok'] !== 'boolean') return null;
  if (body['ok']) return { code: 'ok', words: '', meaning: { is: 'taken' } };
  const code = typeof body['error_code'] === 'number' ? body['error_code'] : 0;
  const words = textOf(body['description']);
  return { code, words, meaning: meaningOf(code, words, body['parameters']) };
}

function meaningOf(code: number, words: string, parameters: unknown): CodeMeaning {
  switch (code) {
    case 429: {
      const asked = parameters !== null && typeof parameters === 'object' && 'retry_after' in parameters ? Number(parameters.retry_after) : Number.NaN;
      return Number.isFinite(asked) ? slowDown(asked * 1_000) : BUSY;
    }
    case 401:
    case 403:
    case 404:
      return SETUP;
    case 400:
      return /chat not found|upgraded to a supergroup|PEER_ID_INVALID|not enough rights|TOPIC_CLOSED|thread not found/iu.test(words) ? SETUP : REFUSED;
    default:
      return code >= 500 ? BUSY : PAGE_FAULT;
  }
}

const MARKS = { critical: '🔴', warning: '🟠', notice: '🔵', resolved: '🟢' } as const;

function messageOf(card: Card): { chars: number; message: object } {
  const text = [`${MARKS[card.tone]} <b>${escapeHtml(card.headline)}</b>`, ...card.blocks.map(block)].join('\n\n');
  const rows = card.links.filter(({ url }) => isPublicUrl(url)).map(({ label, url }) => [{ text: label, url }]);
  return { chars: plainText(card).length, message: { text, ...(rows.length === 0 ? {} : { reply_markup: { inline_keyboard: rows } }) } };
}

/** Telegram refuses a whole message for a button that leads to a bare host such as localhost. */
function isPublicUrl(url: string): boolean {
  return URL.canParse(url) && (new URL(url).hostname.includes('.') || new URL(url).hostname.startsWith('['));
}

function block({ style, title, lines }: CardBlock): string {
  const head = title === null ? [] : [`<b>${escapeHtml(title)}</b>`];
  switch (style) {
    case 'facts':
    case 'list':
      return [...head, ...lines.map((line) => (line.label === null ? `• ${escapeHtml(line.text)}` : `${escapeHtml(line.label)}: <b>${escapeHtml(line.text)}</b>`))].join('\n');
    case 'quotes':
      return [...head, `<blockquote>${lines.map((line) => escapeHtml(line.text)).join('\n')}</blockquote>`].join('\n');
    case 'note':
      return `<i>${lines.map((line) => escapeHtml(plainOf(line))).join('\n')}</i>`;
  }
}
