import type { Card, CardBlock, CardLine } from './card.ts';

/** A card as lines of plain text, without its links. */
export function plainText(card: Card): string {
  return [card.headline, ...card.blocks.flatMap(blockLines)].join('\n');
}

/** A block as lines of plain text, its title first. */
export function blockLines(block: CardBlock): string[] {
  return [...(block.title === null ? [] : [`${block.title}:`]), ...block.lines.map((line) => (block.style === 'facts' || block.style === 'note' ? plainOf(line) : `· ${plainOf(line)}`))];
}

export function plainOf(line: CardLine): string {
  return line.label === null ? line.text : `${line.label}: ${line.text}`;
}
