import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { Page } from '../notify/page.ts';
import { SEVERITY_WORDS } from '../notify/summarize.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { CardTone } from './card-tone.ts';
import { plainLine } from './card.ts';
import type { Card } from './card.ts';
import { KEEP, shortTitle } from './compose-card.ts';
import { withoutAddresses } from './escape.ts';
import { toneOf } from './tone.ts';
import { LINK_LABELS } from './words.ts';

const WORST_FIRST: readonly CardTone[] = ['critical', 'warning', 'notice', 'resolved'];

/** A digest that names all of its pages, and those that have no room in it: they belong into the next one. */
export interface Digest {
  card: Card;
  left: Page[];
}

/**
 * Several pages as one card, or as many of them, the worst first, as fit by name: in whole sentences where there is room for them, else
 * in a few words each. `holds`: whether the receiver takes a card without anything left out. At least one page.
 */
export function digestOf(pages: readonly Page[], language: PageLanguage, holds: (card: Card) => boolean): Digest {
  const sorted = worstFirst(pages);
  const whole = digestCard(sorted, language, 'sentences');
  if (holds(whole)) return { card: whole, left: [] };
  let [fit, tooMany] = [1, sorted.length + 1];
  while (tooMany - fit > 1) {
    const middle = Math.floor((fit + tooMany) / 2);
    if (holds(digestCard(sorted.slice(0, middle), language, 'names'))) fit = middle;
    else tooMany = middle;
  }
  return { card: digestCard(sorted.slice(0, fit), language, 'names'), left: sorted.slice(fit) };
}

function worstFirst(pages: readonly Page[]): Page[] {
  return [...pages].sort((a, b) => WORST_FIRST.indexOf(toneOf(a)) - WORST_FIRST.indexOf(toneOf(b)) || Date.parse(b.at) - Date.parse(a.at));
}

/** Several pages as one card: how many of each kind, then a line each, the worst first. At least one page. */
export function digestCard(pages: readonly Page[], language: PageLanguage, lines: 'sentences' | 'names' = 'sentences'): Card {
  const sorted = worstFirst(pages);
  const [worst] = sorted;
  if (worst === undefined) throw new RangeError('a digest of no pages');
  const counts = WORST_FIRST.map((tone) => ({ tone, count: pages.filter((page) => toneOf(page) === tone).length })).filter(({ count }) => count > 0);
  const said = counts.map(({ tone, count }) => `${nameOf(tone, language)} ${count}`).join(' · ');
  const headline = language === 'zh' ? `【汇总】${pages.length} 条通知：${said}` : agreeInNumber(`[DIGEST] ${pages.length} pages: ${said}`);
  const lineOf = (page: Page): string => (lines === 'sentences' ? page.summary[language].line : `${nameOf(toneOf(page), language)} ${shortTitle(page, language)}`);
  return withoutAddresses({
    tone: toneOf(worst),
    language,
    headline,
    blocks: [{ style: 'list', title: null, keep: KEEP.facts, lines: sorted.map((page) => plainLine(lineOf(page))) }],
    links: [{ kind: 'wall', label: LINK_LABELS.wall[language], url: worst.links.wall }],
  });
}

function nameOf(tone: CardTone, language: PageLanguage): string {
  if (tone === 'resolved') return language === 'zh' ? '恢复' : 'resolved';
  return SEVERITY_WORDS[tone][language];
}
