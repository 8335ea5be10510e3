import type { PageLanguage } from '../notify/summarize.ts';
import type { Card, CardBlock, CardLine } from './card.ts';
import { colon } from './punctuation.ts';

/** A card as lines of plain text, without its links. */
export function plainText(card: Card): string {
  return [card.headline, ...card.blocks.flatMap((block) => blockLines(block, card.language))].join('\n');
}

/** A block as lines of plain text, its title first. */
export function blockLines(block: CardBlock, language: PageLanguage): string[] {
  return [...(block.title === null ? [] : [`${block.title}${colon(language).trim()}`]), ...block.lines.map((line) => (block.style === 'facts' || block.style === 'note' ? plainOf(line, language) : `· ${plainOf(line, language)}`))];
}

export function plainOf(line: CardLine, language: PageLanguage): string {
  return line.label === null ? line.text : `${line.label}${colon(language)}${line.text}`;
}
