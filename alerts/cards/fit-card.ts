import { shorten } from '../notify/safe-text.ts';
import { plainLine } from './card.ts';
import type { Card } from './card.ts';
import { WORDS } from './words.ts';

const HEADLINE_GRAPHEMES_MIN = 20;

const encoder = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}

/**
 * The card, or as much of it as fits: `write` gives what is sent, `fits` judges it. Lines go by their block's `keep`, then
 * links from the last, then the headline's end. Only plain texts are cut, before any markup and between two characters as
 * a person counts them, so no tag, escape or surrogate pair is ever cut in two. What still does not fit is sent as it is.
 */
export function fitCard<T>(card: Card, write: (card: Card) => T, fits: (written: T) => boolean): T {
  let written = write(card);
  if (fits(written)) return written;
  let smaller: Card | null = withNote(card);
  for (; smaller !== null; smaller = withLess(smaller)) {
    written = write(smaller);
    if (fits(written)) return written;
  }
  return written;
}

const NOTE_KEEP = 1_000;

function withNote(card: Card): Card {
  return { ...card, blocks: [...card.blocks, { style: 'note', title: null, keep: NOTE_KEEP, lines: [plainLine(WORDS.shortened[card.language])] }] };
}

/** Null when nothing is left to leave out. */
function withLess(card: Card): Card | null {
  const least = card.blocks.reduce<Card['blocks'][number] | null>((found, block) => (found === null || block.keep < found.keep ? block : found), null);
  if (least !== null && least.keep < NOTE_KEEP) {
    const blocks = card.blocks.map((block) => (block === least ? { ...block, lines: block.lines.slice(0, -1) } : block)).filter((block) => block.lines.length > 0);
    return { ...card, blocks };
  }
  if (card.links.length > 1) return { ...card, links: card.links.slice(0, -1) };
  const headline = shorten(card.headline, Math.max(HEADLINE_GRAPHEMES_MIN, Math.floor(card.headline.length * 0.8)));
  if (headline !== card.headline) return { ...card, headline };
  if (card.blocks.length > 0) return { ...card, blocks: [] };
  return card.links.length > 0 ? { ...card, links: [] } : null;
}
