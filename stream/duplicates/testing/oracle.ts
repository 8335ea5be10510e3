import type { FeedbackItem } from '../../../core/feedback.ts';
import type { DuplicateConfig } from '../config.ts';
import { foldText } from '../fold.ts';
import { EXACT_WEIGHT_MIN, SHORT_WEIGHT } from '../link.ts';
import { isNearEqual } from '../near-equal.ts';

/** What an item may be linked to: one of these ids, or to none where null is among them. */
export type Allowed = ReadonlySet<string | null>;

interface Kept {
  item: FeedbackItem;
  nowMs: number;
  letters: string;
  shingles: ReadonlySet<string>;
}

/** Estimates may be off by this share, and by so many shingles more. */
const TOLERANCE = 0.1;
const TOLERANCE_SHINGLES = 1.5;

/** Linking by going through everything kept, with sets of shingles instead of sketches. Texts carry no boilerplate. */
export class LinkOracle {
  readonly #kept: Kept[] = [];
  readonly #config: DuplicateConfig;

  constructor(config: DuplicateConfig) {
    this.#config = config;
  }

  allowed(item: FeedbackItem, nowMs: number): Allowed {
    const present = this.#read(item, nowMs);
    const answers = new Set<string | null>();
    for (const keys of [[item.customer?.id, 'id'], [item.customer?.phoneHash, 'phone']] as const) {
      if (keys[0] === undefined) continue;
      const own = this.#kept.filter(({ item: other }) => other.workspace === item.workspace && (keys[1] === 'id' ? other.customer?.id : other.customer?.phoneHash) === keys[0]);
      for (const other of own.reverse().slice(0, this.#config.perCustomerMax)) {
        const verdict = this.#compare(present, other);
        if (verdict !== 'no') answers.add(other.item.id);
        if (verdict === 'yes') return answers;
      }
    }
    if (item.customer?.id === undefined && item.customer?.phoneHash === undefined && weightOf(present.letters) >= EXACT_WEIGHT_MIN) {
      for (const field of ['order', 'ticket'] as const) {
        const same = this.#kept.filter(({ item: other }) => other.customer === undefined && item[field] !== undefined && other[field] === item[field]);
        const found = same.reverse().slice(0, this.#config.perCustomerMax).find((other) => this.#compare(present, other) === 'yes');
        if (found !== undefined) return answers.add(found.item.id);
      }
    }
    return answers.add(null);
  }

  /** Told for each item that was linked to none. */
  keep(item: FeedbackItem, nowMs: number): void {
    this.#kept.push(this.#read(item, nowMs));
  }

  #read(item: FeedbackItem, nowMs: number): Kept {
    const letters = foldText(item.text);
    return { item, nowMs, letters, shingles: exactShingles(letters) };
  }

  #compare(a: Kept, b: Kept): 'yes' | 'no' | 'either' {
    const { horizonMs, shortHorizonMs } = this.#config;
    const apartMs = Math.abs(Math.floor(a.item.createdAtMs / 1000) - Math.floor(b.item.createdAtMs / 1000)) * 1000;
    if (apartMs > horizonMs || a.nowMs - b.nowMs > horizonMs) return 'no';
    for (const field of ['order', 'product'] as const) {
      if (a.item[field] !== undefined && b.item[field] !== undefined && a.item[field] !== b.item[field]) return 'no';
    }
    const weight = weightOf(a.letters);
    if (a.letters === '' ? b.item.text === a.item.text : a.letters === b.letters) return weight >= SHORT_WEIGHT || apartMs <= shortHorizonMs ? 'yes' : 'no';
    if (a.item.customer === undefined || weight < SHORT_WEIGHT) return 'no';
    let shared = 0;
    for (const shingle of a.shingles) if (b.shingles.has(shingle)) shared++;
    const fewer = Math.min(a.shingles.size, b.shingles.size);
    const more = Math.max(a.shingles.size, b.shingles.size);
    const verdicts = new Set<boolean>();
    for (const a1 of around(fewer)) {
      for (const b1 of around(more)) {
        for (const both of around(shared)) verdicts.add(isNearEqual({ fewer: a1, more: Math.max(a1, b1), shared: Math.min(a1, both) }));
      }
    }
    if (verdicts.size === 1) return verdicts.has(true) ? 'yes' : 'no';
    return 'either';
  }
}

function around(count: number): number[] {
  const off = TOLERANCE * count + TOLERANCE_SHINGLES;
  return [Math.max(0, count - off), count, count + off];
}

/** Pairs of letters where one of both is an ideograph, triples elsewhere. */
export function exactShingles(letters: string): Set<string> {
  const isIdeograph = (at: number): boolean => letters.charCodeAt(at) >= 0x2e80;
  const shingles = new Set<string>();
  for (let at = 1; at < letters.length; at++) {
    if (isIdeograph(at) || isIdeograph(at - 1)) shingles.add(letters.slice(at - 1, at + 1));
    else if (at >= 2) shingles.add(letters.slice(at - 2, at + 1));
  }
  return shingles;
}

function weightOf(letters: string): number {
  let weight = letters.length;
  for (let at = 0; at < letters.length; at++) if (letters.charCodeAt(at) >= 0x2e80) weight++;
  return weight;
}
