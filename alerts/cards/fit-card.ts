import { shorten } from '../notify/safe-text.ts';
import { plainLine } from './card.ts';
import type { Card, CardBlock, CardLink } from './card.ts';
import { WORDS } from './words.ts';

const HEADLINE_GRAPHEMES_MIN = 20;

const encoder = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}

/**
 * The card, or as much of it as fits: `write` gives what is sent, `fits` judges it. Lines go by their block's `keep`, but not those that
 * are fixed (the count, the trust line); then the end of the headline; then links that only look, the wall first. Those to act
 * by go last of all. Only plain texts are cut, before any markup and between two characters as a person counts them, so no tag, escape
 * or surrogate pair is ever cut in two. What still does not fit is sent as it is.
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

function withNote(card: Card): Card {
  return { ...card, blocks: [...card.blocks, { style: 'note', title: null, keep: Number.POSITIVE_INFINITY, fixed: 1, lines: [plainLine(WORDS.shortened[card.language])] }] };
}

/** From the first to go to the last. */
const LINKS_LEAST_FIRST: readonly CardLink['kind'][] = ['wall', 'evidence', 'alert', 'silence', 'acknowledge'];

/** Null when nothing is left to leave out. */
function withLess(card: Card): Card | null {
  const cut = card.blocks.filter((block) => block.lines.length > (block.fixed ?? 0));
  const least = cut.reduce<CardBlock | null>((found, block) => (found === null || block.keep < found.keep ? block : found), null);
  if (card.picture !== undefined && card.picture.keep < (least?.keep ?? Number.POSITIVE_INFINITY)) {
    const { picture: _picture, ...rest } = card;
    return rest;
  }
  if (least !== null) {
    const blocks = card.blocks.map((block) => (block === least ? { ...block, lines: block.lines.slice(0, -1) } : block)).filter((block) => block.lines.length > 0);
    return { ...card, blocks };
  }
  const headline = shorten(card.headline, Math.max(HEADLINE_GRAPHEMES_MIN, Math.floor(card.headline.length * 0.8)));
  if (headline !== card.headline) return { ...card, headline };
  const kind = LINKS_LEAST_FIRST.find((each) => card.links.some((link) => link.kind === each));
  return kind === undefined ? null : { ...card, links: card.links.filter((link) => link.kind !== kind) };
}
