import type { Page } from '../notify/page.ts';
import { SEVERITY_WORDS } from '../notify/summarize.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import { plainLine } from './card.ts';
import type { Card, CardTone } from './card.ts';
import { KEEP } from './compose-card.ts';
import { withoutAddresses } from './escape.ts';
import { toneOf } from './tone.ts';
import { LINK_LABELS } from './words.ts';

const WORST_FIRST: readonly CardTone[] = ['critical', 'warning', 'notice', 'resolved'];

/** Several pages as one card: how many of each kind, then a line each, the worst first. At least one page. */
export function digestCard(pages: readonly Page[], language: PageLanguage): Card {
  const sorted = [...pages].sort((a, b) => WORST_FIRST.indexOf(toneOf(a)) - WORST_FIRST.indexOf(toneOf(b)) || Date.parse(b.at) - Date.parse(a.at));
  const [worst] = sorted;
  if (worst === undefined) throw new RangeError('a digest of no pages');
  const counts = WORST_FIRST.map((tone) => ({ tone, count: pages.filter((page) => toneOf(page) === tone).length })).filter(({ count }) => count > 0);
  const said = counts.map(({ tone, count }) => `${nameOf(tone, language)} ${count}`).join(' · ');
  const headline = language === 'zh' ? `【汇总】${pages.length} 条通知:${said}` : `[DIGEST] ${pages.length} pages: ${said}`;
  return withoutAddresses({
    tone: toneOf(worst),
    language,
    headline,
    blocks: [{ style: 'list', title: null, keep: KEEP.facts, lines: sorted.map((page) => plainLine(page.summary[language].line)) }],
    links: [{ kind: 'wall', label: LINK_LABELS.wall[language], url: worst.links.wall }],
  });
}

function nameOf(tone: CardTone, language: PageLanguage): string {
  if (tone === 'resolved') return language === 'zh' ? '恢复' : 'resolved';
  return SEVERITY_WORDS[tone][language];
}
