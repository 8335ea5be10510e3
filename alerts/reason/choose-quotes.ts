import type { StoredItem } from '../../core/stored-item.ts';
import { SketchCompare } from '../../stream/duplicates/near-equal.ts';
import { SKETCH_WORDS, TextSketch } from '../../stream/duplicates/sketch.ts';
import type { FoundQuote } from './findings.ts';

const QUOTES_MAX = 3;
/** Of many items the newest are compared: the work grows with the square. */
const COMPARED_MAX = 300;
/** Share of shingles from which two texts say the same. */
const ALIKE_MIN = 0.5;

interface Voice {
  item: StoredItem;
  bits: Int32Array;
  hash: number;
  weight: number;
  alike: number;
}

/**
 * Three items that stand for all: texts that say nearly the same are one voice, the voice of the most comes first, and each
 * further one is as different from those before it as it can be.
 *
 * @returns the quotes, and how many items repeat nearly what another one says
 */
export function chooseQuotes(items: readonly StoredItem[]): { quotes: FoundQuote[]; nearDuplicates: number } {
  const compare = new SketchCompare();
  const voices: Voice[] = [];
  let nearDuplicates = 0;
  for (const item of items.slice(0, COMPARED_MAX)) {
    const voice = sketch(item);
    const same = voices.find((other) => other.hash === voice.hash || likeness(compare, other, voice) >= ALIKE_MIN);
    if (same === undefined) voices.push(voice);
    else {
      same.alike += 1;
      nearDuplicates += 1;
    }
  }
  const chosen: Voice[] = [];
  while (chosen.length < QUOTES_MAX && chosen.length < voices.length) {
    const rest = voices.filter((voice) => !chosen.includes(voice));
    const worth = (voice: Voice): number => Math.log2(1 + voice.alike) + Math.min(1, voice.weight / 40) - 3 * Math.max(0, ...chosen.map((other) => likeness(compare, other, voice)));
    chosen.push(rest.reduce((best, voice) => (worth(voice) > worth(best) ? voice : best)));
  }
  return {
    nearDuplicates,
    quotes: chosen.map(({ item: { item, createdAtMs }, alike }) => ({ id: item.id, text: item.text, channel: item.channel, createdAtMs, alike })),
  };
}

const reader = new TextSketch();

function sketch(item: StoredItem): Voice {
  reader.read(item.item.text);
  return { item, bits: reader.bits.slice(0, SKETCH_WORDS), hash: reader.low * 2_097_152 + reader.high, weight: reader.weight, alike: 1 };
}

/** Estimated share of shingles that two texts have in common. */
function likeness(compare: SketchCompare, a: Voice, b: Voice): number {
  const { fewer, more, shared } = compare.overlap(a.bits, b.bits, 0);
  const either = fewer + more - shared;
  return either <= 0 ? 0 : shared / either;
}
