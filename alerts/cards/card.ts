import type { PageLanguage } from '../notify/summarize.ts';
import type { SlopePicture } from '../pictures/slope-picture.ts';
import type { CardTone } from './card-tone.ts';

/**
 * What a person is told, before any markup: plain texts without control characters, in one language. Each channel writes
 * it in its own markup and escapes every text on the way.
 */
export interface Card {
  tone: CardTone;
  language: PageLanguage;
  /** Everything that matters in one line, for a lock screen. */
  headline: string;
  /** In the order in which they are read. */
  blocks: CardBlock[];
  links: CardLink[];
  /** How its items came; absent where nothing is known of it. */
  picture?: CardPicture;
}

export interface CardPicture {
  drawn: SlopePicture;
  /** When each part of `drawn.counts` ends, as it is to be read. */
  ends: string[];
  /** Where a service on the internet may fetch it; null where this server has no public address. */
  url: string | null;
  /** What it shows, for who does not see it. */
  alt: string;
  keep: number;
}

/** `facts`: label and value. `list`: one thing a line. `quotes`: what customers wrote. `note`: small print. */
export interface CardBlock {
  style: 'facts' | 'list' | 'quotes' | 'note';
  title: string | null;
  lines: CardLine[];
  /** Where there is too much, lines of the block with the lowest number go first, its last one at first. */
  keep: number;
  /** So many of its first lines never go: the count, the trust line. None when absent. */
  fixed?: number;
}

export interface CardLine {
  /** Of a fact; null for any other line. */
  label: string | null;
  text: string;
}

export interface CardLink {
  kind: 'acknowledge' | 'silence' | 'wall' | 'alert' | 'evidence';
  label: string;
  url: string;
}

export const plainLine = (text: string): CardLine => ({ label: null, text });
