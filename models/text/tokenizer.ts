import { createFoldTable, prepareText } from './normalize.ts';

/** A text is read up to this many units; prepareText's limits keep texts below it. */
export const UNITS_MAX = 2_400;
/** Character n-grams inside one Latin word, between its boundary marks. */
const SUBWORD_MIN = 3;
const SUBWORD_MAX = 5;
/** A word longer than this is read by its first letters. */
const WORD_CHARACTERS_MAX = 24;
/** Units joined into one feature: Han characters, words, punctuation. */
export const NGRAM_MAX = 4;
export const FEATURES_PER_UNIT_MAX = NGRAM_MAX + (SUBWORD_MAX - SUBWORD_MIN + 1) * WORD_CHARACTERS_MAX;
/** Features of one text. */
export const FEATURES_MAX = UNITS_MAX * FEATURES_PER_UNIT_MAX;

const HASH_SEED = 0x9e3779b1;
const WORD_SALT = 0x2545f491;
const BOUNDARY = 0x5e;

const KINDS = { skip: 0, han: 1, word: 2, symbol: 3 } as const;

function mix(left: number, right: number): number {
  let hash = Math.imul(left ^ (right + 0x7f4a7c15 + (left << 6) + (left >>> 2)), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function createClassTable(fold: Uint16Array): Uint8Array {
  const table = new Uint8Array(65_536).fill(KINDS.symbol);
  for (let code = 0; code < 65_536; code++) {
    const folded = fold[code] ?? code;
    if (folded <= 0x20 || (folded >= 0x7f && folded <= 0xa0) || (folded >= 0x2000 && folded <= 0x200f) || folded === 0x2028
      || folded === 0x2029 || folded === 0xfeff || (folded >= 0xfe00 && folded <= 0xfe0f)) table[code] = KINDS.skip;
    else if ((folded >= 0x3400 && folded <= 0x9fff) || folded === 0x3007) table[code] = KINDS.han;
    else if ((folded >= 0x61 && folded <= 0x7a) || (folded >= 0x30 && folded <= 0x39) || folded === 0x27
      || (folded >= 0xc0 && folded <= 0x52f && folded !== 0xd7 && folded !== 0xf7)) table[code] = KINDS.word;
  }
  return table;
}

/**
 * Reads a text into units (a Han character, a word, an emoji, a mark) and hashes their n-grams.
 * Serves Chinese and English alike, allocates nothing per text and keeps its last result in public buffers:
 * the features of unit t (n-grams ending there, and the letters inside a word) are
 * `features[featureEnd[t - 1] … featureEnd[t])`; the unit is `text.slice(unitStart[t], unitEnd[t])`.
 */
export class Tokenizer {
  /** The prepared text that the places refer to. */
  text = '';
  unitCount = 0;
  readonly unitStart = new Int32Array(UNITS_MAX);
  readonly unitEnd = new Int32Array(UNITS_MAX);
  readonly featureEnd = new Int32Array(UNITS_MAX);
  readonly features = new Uint32Array(FEATURES_MAX);
  #featureCount = 0;
  readonly #fold = createFoldTable();
  readonly #classes = createClassTable(this.#fold);
  readonly #previous = new Uint32Array(NGRAM_MAX);
  readonly #word = new Uint16Array(WORD_CHARACTERS_MAX + 2);
  #lastUnit = 0;
  #repeats = 0;

  get featureCount(): number {
    return this.#featureCount;
  }

  read(text: string): void {
    const prepared = prepareText(text);
    this.text = prepared;
    this.unitCount = 0;
    this.#featureCount = 0;
    this.#previous.fill(0);
    this.#lastUnit = 0;
    this.#repeats = 0;
    const length = prepared.length;
    let at = 0;
    while (at < length && this.unitCount < UNITS_MAX) {
      const code = prepared.charCodeAt(at);
      switch (this.#classes[code]) {
        case KINDS.han:
          this.#addUnit(mix(HASH_SEED, this.#fold[code] ?? 0), at, at + 1);
          at++;
          break;
        case KINDS.word:
          at = this.#readWord(at);
          break;
        case KINDS.symbol:
          at = this.#readSymbol(at, code);
          break;
        default:
          at++;
      }
    }
  }

  #readWord(start: number): number {
    const text = this.text;
    let end = start;
    let kept = 0;
    let digits = 0;
    let last = 0;
    let run = 0;
    const word = this.#word;
    word[0] = BOUNDARY;
    while (end < text.length && this.#classes[text.charCodeAt(end)] === KINDS.word) {
      const folded = this.#fold[text.charCodeAt(end)] ?? 0;
      end++;
      run = folded === last ? run + 1 : 1;
      last = folded;
      if (folded >= 0x30 && folded <= 0x39) digits++;
      else if (run > 2) continue;
      if (kept < WORD_CHARACTERS_MAX) word[++kept] = folded;
    }
    if (digits === end - start && digits > 3) {
      this.#addUnit(mix(WORD_SALT, digits > 6 ? 2 : 1), start, end);
      return end;
    }
    if (word[1] === 0x68 && word[2] === 0x74 && word[3] === 0x74 && word[4] === 0x70 && text[end] === ':') {
      while (end < text.length && text.charCodeAt(end) > 0x20 && text.charCodeAt(end) < 0x7f) end++;
      this.#addUnit(mix(WORD_SALT, 3), start, end);
      return end;
    }
    word[kept + 1] = BOUNDARY;
    let hash = WORD_SALT;
    for (let k = 1; k <= kept; k++) hash = mix(hash, word[k] ?? 0);
    const before = this.unitCount;
    this.#addUnit(hash, start, end);
    if (this.unitCount > before && kept >= SUBWORD_MIN && digits === 0) this.#addSubwords(kept + 2);
    return end;
  }

  #addSubwords(length: number): void {
    const word = this.#word;
    let count = this.#featureCount;
    for (let from = 0; from + SUBWORD_MIN <= length; from++) {
      let hash = HASH_SEED ^ WORD_SALT;
      const last = Math.min(length, from + SUBWORD_MAX);
      for (let k = from; k < last; k++) {
        hash = mix(hash, word[k] ?? 0);
        if (k - from + 1 >= SUBWORD_MIN) this.features[count++] = hash;
      }
    }
    this.#featureCount = count;
    this.featureEnd[this.unitCount - 1] = count;
  }

  #readSymbol(start: number, code: number): number {
    const text = this.text;
    if (code === 0x40) {
      let end = start + 1;
      while (end < text.length && (this.#classes[text.charCodeAt(end)] === KINDS.word || text[end] === '_')) end++;
      if (end > start + 1) {
        this.#addUnit(mix(WORD_SALT, 4), start, end);
        return end;
      }
    }
    if (code === 0x3c || code === 0x5b) {
      const end = this.#placeholderEnd(start, code === 0x3c ? 0x3e : 0x5d);
      if (end > 0) {
        let hash = WORD_SALT ^ HASH_SEED;
        for (let k = start + 1; k < end - 1; k++) hash = mix(hash, this.#fold[text.charCodeAt(k)] ?? 0);
        this.#addUnit(hash, start, end);
        return end;
      }
    }
    if (code >= 0xd800 && code <= 0xdbff && start + 1 < text.length) {
      const low = text.charCodeAt(start + 1);
      if (low >= 0xdc00 && low <= 0xdfff) {
        // Skin tones say nothing about the opinion.
        const isSkinTone = code === 0xd83c && low >= 0xdffb && low <= 0xdfff;
        if (!isSkinTone) this.#addUnit(mix(mix(HASH_SEED, code), low), start, start + 2);
        return start + 2;
      }
    }
    this.#addUnit(mix(HASH_SEED, this.#fold[code] ?? 0), start, start + 1);
    return start + 1;
  }

  /** The place after `<phone>`, `[id-card]` and the like, or 0: letters and dashes only, as the gateway's masking writes them. */
  #placeholderEnd(start: number, closing: number): number {
    const text = this.text;
    const last = Math.min(text.length, start + 20);
    for (let at = start + 1; at < last; at++) {
      const code = this.#fold[text.charCodeAt(at)] ?? 0;
      if (code === closing) return at > start + 2 ? at + 1 : 0;
      if (!((code >= 0x61 && code <= 0x7a) || code === 0x2d || code === 0x5f)) return 0;
    }
    return 0;
  }

  #addUnit(hash: number, start: number, end: number): void {
    this.#repeats = hash === this.#lastUnit ? this.#repeats + 1 : 1;
    this.#lastUnit = hash;
    if (this.#repeats > 2) return;
    const unit = this.unitCount++;
    this.unitStart[unit] = start;
    this.unitEnd[unit] = end;
    const previous = this.#previous;
    let count = this.#featureCount;
    // previous[n - 1] is the hash of the n units before this one.
    for (let n = Math.min(NGRAM_MAX - 1, unit); n >= 1; n--) {
      const joined = mix(previous[n - 1] ?? 0, hash + n);
      previous[n] = joined;
      this.features[count++] = joined;
    }
    previous[0] = hash;
    this.features[count++] = hash;
    this.#featureCount = count;
    this.featureEnd[unit] = count;
  }
}
