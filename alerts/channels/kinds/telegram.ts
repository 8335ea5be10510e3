import type { Card, CardBlock, CardPicture } from '../../cards/card.ts';
import { escapeHtml } from '../../cards/escape.ts';
import { fitCard } from '../../cards/fit-card.ts';
import { plainOf } from '../../cards/plain-text.ts';
import { colon } from '../../cards/punctuation.ts';
import type { PageLanguage } from '../../notify/summarize.ts';
import { drawPng } from '../../pictures/draw-png.ts';
import type { Adapter, OutboundMessage } from '../adapter.ts';
import { secretsOf } from '../answer-words.ts';
import { multipartOf } from '../multipart.ts';
import { BUSY, jsonObject, judgeVerdict, refused, setup, slowDown, textOf, UNKNOWN } from '../read-verdict.ts';
import type { BodyVerdict, CodeMeaning } from '../read-verdict.ts';
import { readUrl } from '../robot-channel.ts';

const API = 'https://api.telegram.org';
/** Of a text and of the text under a picture, counted in UTF-16 code units without tags. */
const TEXT_CHARS_MAX = 4_096;
const CAPTION_CHARS_MAX = 1_024;

/** Telegram's bot API: HTML, links as buttons under the message, the picture above it where all of the text fits under one. */
export function telegramAdapter({ token, chat, url = API }: { token: string; chat: string; url?: string }): Adapter {
  const method = (name: string): URL => readUrl(`${url.replace(/\/$/u, '')}/bot${token}/${name}`, 'The Telegram API\'s address');
  const address = method('sendMessage');
  const hidden = [token, `bot${token}`, ...secretsOf(address)];
  return {
    kind: 'telegram',
    host: address.hostname,
    hidden,
    compose(card) {
      const whole = messageOf(card);
      if (card.picture !== undefined && whole.chars <= CAPTION_CHARS_MAX) return photo(card.picture, whole, { url: method('sendPhoto'), chat });
      const { text, buttons } = fitCard(card, messageOf, ({ chars }) => chars <= TEXT_CHARS_MAX);
      return { url: address, body: JSON.stringify({ chat_id: chat, parse_mode: 'HTML', link_preview_options: previewOf(card), text, ...(buttons === null ? {} : { reply_markup: buttons }) }) };
    },
    holds: (card) => messageOf(card).chars <= TEXT_CHARS_MAX,
    judge: (answer, nowMs) => judgeVerdict(answer, verdictOf(answer.bodyStart), { hidden, nowMs, name: 'Telegram' }),
  };
}

function photo({ drawn }: CardPicture, { text, buttons }: Message, { url, chat }: { url: URL; chat: string }): OutboundMessage {
  const fields = { chat_id: chat, parse_mode: 'HTML', caption: text, ...(buttons === null ? {} : { reply_markup: JSON.stringify(buttons) }) };
  return { url, hasPicture: true, ...multipartOf(fields, { name: 'photo', fileName: 'trend.png', contentType: 'image/png', content: drawPng(drawn) }) };
}

/** A longer text has its picture by address, above it, where Telegram can fetch it. */
function previewOf({ picture }: Card): object {
  return picture === undefined || picture.url === null ? { is_disabled: true } : { url: picture.url, prefer_large_media: true, show_above_text: true };
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
      return slowDown(Number.isFinite(asked) ? asked * 1_000 : 0);
    }
    // A token that BotFather has taken back; a path whose token is none.
    case 401:
    case 404:
      return setup('wrong-key');
    case 403:
      return setup('chat-gone');
    case 400:
      if (/chat not found|upgraded to a supergroup|PEER_ID_INVALID|TOPIC_CLOSED|thread not found/iu.test(words)) return setup('chat-gone');
      if (/not enough rights|CHAT_WRITE_FORBIDDEN/iu.test(words)) return setup('not-permitted');
      return refused(/too long|too big/iu.test(words) ? 'too-large' : 'invalid-message');
    default:
      return code >= 500 ? BUSY : UNKNOWN;
  }
}

const MARKS = { critical: '🔴', warning: '🟠', notice: '🔵', resolved: '🟢' } as const;

interface Message {
  /** HTML, and how long it is without its tags. */
  text: string;
  chars: number;
  buttons: object | null;
}

function messageOf(card: Card): Message {
  const text = [`${MARKS[card.tone]} <b>${escapeHtml(card.headline)}</b>`, ...card.blocks.map((each) => block(each, card.language))].join('\n\n');
  const rows = card.links.filter(({ url }) => isPublicUrl(url)).map(({ label, url }) => [{ text: label, url }]);
  return { text, chars: shownChars(text), buttons: rows.length === 0 ? null : { inline_keyboard: rows } };
}

/** Every sign of the texts is escaped, so what looks like a tag or an entity is one. */
function shownChars(html: string): number {
  return html.replace(/<[^>]*>/gu, '').replace(/&(?:lt|gt|quot|amp);/gu, '.').length;
}

/** Telegram refuses a whole message for a button that leads to a bare host such as localhost. */
function isPublicUrl(url: string): boolean {
  return URL.canParse(url) && (new URL(url).hostname.includes('.') || new URL(url).hostname.startsWith('['));
}

function block({ style, title, lines }: CardBlock, language: PageLanguage): string {
  const head = title === null ? [] : [`<b>${escapeHtml(title)}</b>`];
  switch (style) {
    case 'facts':
    case 'list':
      return [...head, ...lines.map((line) => (line.label === null ? `• ${escapeHtml(line.text)}` : `${escapeHtml(line.label)}${colon(language)}<b>${escapeHtml(line.text)}</b>`))].join('\n');
    case 'quotes':
      return [...head, `<blockquote>${lines.map((line) => escapeHtml(line.text)).join('\n')}</blockquote>`].join('\n');
    case 'note':
      return `<i>${lines.map((line) => escapeHtml(plainOf(line, language))).join('\n')}</i>`;
  }
}
