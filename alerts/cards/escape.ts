import type { Card } from './card.ts';

/**
 * Escapes of texts that customers wrote, for each markup: no text can open a tag, make a link, mention a person or begin a
 * heading. Where a markup has no escape that every client understands, a sign becomes its full-width twin.
 */
const TWINS: Record<string, string> = { '*': '＊', '_': '＿', '`': '｀', '[': '［', ']': '］', '<': '＜', '>': '＞', '#': '＃', '~': '～', '\\': '＼', '!': '！', '|': '｜' };

/** For DingTalk's and WeCom's markdown. `@` stays: their mentions stand in fields of their own or in `<@…>`. */
export function escapeByTwins(text: string): string {
  return unlinked(text).replace(/[*_`[\]<>#~\\!|]/gu, (sign) => TWINS[sign] ?? sign);
}

/** A bare address in a text that a customer wrote is shown and leads nowhere. */
function unlinked(text: string): string {
  return text.replace(/:\/\//gu, '：//');
}

/** The card without a single address in its texts: what a customer, a store's name or a topic holds makes no link in a client that looks for them. */
export function withoutAddresses(card: Card): Card {
  const blocks = card.blocks.map((block) => ({ ...block, title: block.title === null ? null : unlinked(block.title), lines: block.lines.map(({ label, text }) => ({ label, text: unlinked(text) })) }));
  return { ...card, headline: unlinked(card.headline), blocks };
}

/** For HTML of mails and of Telegram. */
export function escapeHtml(text: string): string {
  return text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;').replace(/"/gu, '&quot;');
}

/** For Feishu's markdown, which takes numeric HTML entities. */
export function escapeByEntities(text: string): string {
  return text.replace(/[&<>*_~`[\]()#!\\|]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}
