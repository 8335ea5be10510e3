import type { Prng } from './prng.ts';

/** What a phrase may ask for by name. */
const SLOTS = [
  'product', 'gadget', 'wear', 'food', 'store', 'city', 'region', 'version', 'emojiHappy', 'emojiSad', 'emojiPlain',
] as const;
export type Slot = (typeof SLOTS)[number];

type Part =
  | { kind: 'text'; text: string }
  | { kind: 'range'; min: number; max: number }
  | { kind: 'slot'; slot: Slot }
  | { kind: 'choice'; choices: Template[] };
export type Template = readonly Part[];

/**
 * Reads a phrase: `(a|b)` draws one of the alternatives, `{2..9}` a whole number (both ends included), `{city}` a slot.
 * Alternatives hold ranges and slots, and no further alternatives.
 * @throws SyntaxError that quotes the phrase
 */
export function parseTemplate(source: string): Template {
  const parts: Part[] = [];
  for (const piece of source.split(/(\([^()]*\))/)) {
    if (piece.startsWith('(') && piece.endsWith(')')) {
      parts.push({ kind: 'choice', choices: piece.slice(1, -1).split('|').map((choice) => parseFlat(choice, source)) });
    } else {
      parts.push(...parseFlat(piece, source));
    }
  }
  return parts;
}

function parseFlat(piece: string, source: string): Part[] {
  const parts: Part[] = [];
  for (const token of piece.split(/(\{[^{}]*\})/)) {
    if (token === '') continue;
    if (/[(){}]/.test(token) && !/^\{[^{}]+\}$/.test(token)) throw new SyntaxError(`unbalanced bracket in the phrase "${source}"`);
    if (!token.startsWith('{')) parts.push({ kind: 'text', text: token });
    else parts.push(parseSlot(token.slice(1, -1), source));
  }
  return parts;
}

function parseSlot(name: string, source: string): Part {
  const range = /^(\d+)\.\.(\d+)$/.exec(name);
  if (range) {
    const [min, max] = [Number(range[1]), Number(range[2])];
    if (min > max) throw new SyntaxError(`empty range {${name}} in the phrase "${source}"`);
    return { kind: 'range', min, max };
  }
  if ((SLOTS as readonly string[]).includes(name)) return { kind: 'slot', slot: name as Slot };
  throw new SyntaxError(`unknown slot {${name}} in the phrase "${source}"`);
}

/**
 * A sample text as a template: each word of a synonym group becomes a choice among the group.
 * Brackets in the text are text.
 */
export function templateFromSample(text: string, synonyms: readonly (readonly string[])[]): Template {
  const groupOf = new Map(synonyms.flatMap((group) => group.map((word) => [word, group] as const)));
  if (groupOf.size === 0) return [{ kind: 'text', text }];
  const words = [...groupOf.keys()].sort((left, right) => right.length - left.length).map((word) =>
    // Latin words only as whole words: "phone" must not match inside "iphone".
    /^[\x20-\x7e]+$/.test(word) ? `(?<![A-Za-z])${word}(?![A-Za-z])` : word);
  const parts: Part[] = [];
  for (const piece of text.split(new RegExp(`(${words.join('|')})`))) {
    if (piece === '') continue;
    const group = groupOf.get(piece);
    if (group === undefined) parts.push({ kind: 'text', text: piece });
    else parts.push({ kind: 'choice', choices: group.map((word): Template => [{ kind: 'text', text: word }]) });
  }
  return parts;
}

/** Draws one text. @param slotValue what a slot stands for in this text */
export function renderTemplate(template: Template, prng: Prng, slotValue: (slot: Slot) => string): string {
  let text = '';
  for (const part of template) {
    switch (part.kind) {
      case 'text': text += part.text; break;
      case 'range': text += prng.between(part.min, part.max); break;
      case 'slot': text += slotValue(part.slot); break;
      case 'choice': text += renderTemplate(prng.pick(part.choices), prng, slotValue); break;
    }
  }
  return text;
}
