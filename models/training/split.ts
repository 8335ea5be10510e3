import { createFoldTable, foldText } from '../text/normalize.ts';
import { detectLanguage } from '../text/language.ts';
import type { Row } from './dataset.ts';

export type Part = 'train' | 'validation' | 'test' | 'unseen';

/** Whole products that no training row may come from: two smart-home apps and a kind of goods. */
const UNSEEN_PRODUCTS = new Set(['appstore_zh_stars:华为智能家居', 'appstore_zh_stars:SmartHome', 'appstore_zh_stars:SmartHomeEx', 'online_shopping_10_cats:热水器']);

const TEST_PERCENT = 10;
const VALIDATION_PERCENT = 5;
/** Five Han characters say about as much as fourteen Latin letters. */
const SHINGLE_HAN = 5;
const SHINGLE_LATIN = 14;
const BANDS = 4;
/** Shorter texts are the same only when all their letters are. */
const NEAR_DUPLICATE_CHARACTERS_MIN = 16;

function hashString(text: string, from: number, to: number, seed: number): number {
  let hash = seed;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}

/** Letters, digits and Han alone: what stays when layout, punctuation and case are taken away. */
export function lettersOf(text: string, fold: Uint16Array): string {
  return foldText(text, fold).replace(/[^\p{L}\p{N}]/gu, '');
}

/** Keys that near-duplicates share: the letters themselves, and bands of two minimum hashes over character shingles. */
function duplicateKeys(letters: string): string[] {
  const keys = [`=${letters}`];
  if (letters.length < NEAR_DUPLICATE_CHARACTERS_MIN) return keys;
  const shingle = detectLanguage(letters) === 'zh' ? SHINGLE_HAN : SHINGLE_LATIN;
  for (let band = 0; band < BANDS; band++) {
    let first = 0xffffffff;
    let second = 0xffffffff;
    for (let at = 0; at + shingle <= letters.length; at++) {
      first = Math.min(first, hashString(letters, at, at + shingle, 0x811c9dc5 + band * 7919));
      second = Math.min(second, hashString(letters, at, at + shingle, 0x1b873593 + band * 104729));
    }
    keys.push(`${band}:${first}:${second}`);
  }
  return keys;
}

/** Groups rows that share a key, directly or through others; answers the group of each row, named by its first row. */
function groupDuplicates(rows: readonly Row[]): Int32Array {
  const fold = createFoldTable();
  const parent = Int32Array.from(rows, (_, at) => at);
  const find = (start: number): number => {
    let at = start;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? 0] ?? 0;
      at = parent[at] ?? 0;
    }
    return at;
  };
  const firstWith = new Map<string, number>();
  rows.forEach((row, at) => {
    for (const key of duplicateKeys(lettersOf(row.text, fold))) {
      const other = firstWith.get(key);
      if (other === undefined) firstWith.set(key, at);
      else {
        const a = find(at);
        const b = find(other);
        if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  });
  return parent.map((_, at) => find(at));
}

/**
 * Puts each row into one part. Near-duplicates stand in one part, whatever source they come from, so nothing that is
 * tested on was trained on; a group with a row of an unseen product is unseen as a whole. The part follows from the
 * letters of the group's first row alone: more data does not move a text from test to train.
 */
export function splitRows(rows: readonly Row[]): Part[] {
  const groups = groupDuplicates(rows);
  const fold = createFoldTable();
  const unseenGroups = new Set<number>();
  rows.forEach((row, at) => {
    if (UNSEEN_PRODUCTS.has(`${row.source}:${row.product}`)) unseenGroups.add(groups[at] ?? at);
  });
  const partOfGroup = new Map<number, Part>();
  return rows.map((_, at) => {
    const group = groups[at] ?? at;
    const known = partOfGroup.get(group);
    if (known !== undefined) return known;
    const letters = lettersOf(rows[group]?.text ?? '', fold);
    const percent = hashString(letters, 0, letters.length, 0x7feb352d) % 100;
    const part: Part = unseenGroups.has(group) ? 'unseen'
      : percent < TEST_PERCENT ? 'test'
      : percent < TEST_PERCENT + VALIDATION_PERCENT ? 'validation' : 'train';
    partOfGroup.set(group, part);
    return part;
  });
}
