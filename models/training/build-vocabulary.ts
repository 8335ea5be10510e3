import type { Tokenizer } from '../text/tokenizer.ts';
import { Vocabulary } from '../vocabulary.ts';

const SLOTS_MAX = 1 << 25;
/** No text has more features than so many a character. */
const FEATURES_PER_CHARACTER = 4;

export interface VocabularyLimits {
  /** Texts that a feature must stand in. */
  textsMin: number;
  sizeMax: number;
  /** What each text counts for in the choice beside others; 1 when absent. */
  weights?: Float32Array;
}

/** The features that stand in the most texts, each text by its weight. Ties at the limit go to the lower hash, so that it is deterministic. */
export function buildVocabulary(texts: readonly string[], tokenizer: Tokenizer, limits: VocabularyLimits): Vocabulary {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  let size = 1_024;
  while (size < SLOTS_MAX && size < characters * FEATURES_PER_CHARACTER * 2) size *= 2;
  const keys = new Uint32Array(size);
  const counts = new Uint32Array(size);
  const sums = new Float64Array(size);
  const lastText = new Uint32Array(size);
  const mask = size - 1;
  let textNumber = 0;
  for (const text of texts) {
    textNumber++;
    tokenizer.read(text);
    for (let at = 0; at < tokenizer.featureCount; at++) {
      const hash = tokenizer.features[at] ?? 0;
      let slot = hash & mask;
      while (counts[slot] !== 0 && keys[slot] !== hash) slot = (slot + 1) & mask;
      if (lastText[slot] === textNumber) continue;
      keys[slot] = hash;
      lastText[slot] = textNumber;
      counts[slot] = (counts[slot] ?? 0) + 1;
      sums[slot] = (sums[slot] ?? 0) + (limits.weights?.[textNumber - 1] ?? 1);
    }
  }
  const slots: number[] = [];
  for (let slot = 0; slot < size; slot++) if ((counts[slot] ?? 0) >= limits.textsMin) slots.push(slot);
  slots.sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0) || (keys[a] ?? 0) - (keys[b] ?? 0));
  return new Vocabulary(Uint32Array.from(slots.slice(0, limits.sizeMax), (slot) => keys[slot] ?? 0).sort());
}
