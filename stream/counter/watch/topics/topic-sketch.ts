import type { QuotedItem, TopicBasis } from '../../../../core/alert.ts';
import { TextHash } from '../../../windows/hash.ts';
import { TermSketch } from './term-sketch.ts';

/** Terms that may be becoming a topic, per rule and workspace; the one not heard of for longest goes first. */
const CANDIDATES_MAX = 4_000;
/** Occurrences remembered of one; from there on it is said often enough. */
const OCCURRENCES_MAX = 400;
/** The past has to be so many windows long before anything is new. */
const PAST_WINDOWS_MIN = 3;
/** Latest texts, of which those that say a term are quoted. */
const TEXTS_MAX = 300;
const QUOTES_MAX = 3;

/** `[event time, customer]`, oldest first. */
type Occurrence = [ms: number, customer: number];

/** A term that is followed. `since`: place of the log from which on; null: all of the window. */
interface Candidate {
  occurrences: Occurrence[];
  since: TopicBasis['since'];
  /** False where not all occurrences since then are held. */
  exact: boolean;
}

export interface SavedTopics {
  workspace: string;
  sinceMs: number;
  originMs: number;
  /** `since` and `exact` are absent in older snapshots: what is held is then a lower bound. */
  /** True once a term was let go for want of room. */
  hasForgotten?: boolean;
  candidates: [term: string, occurrences: Occurrence[], since?: TopicBasis['since'], exact?: boolean][];
  texts: QuotedItem[];
}

/** An item whose terms are taken. `place`: of the log; null: from the store. */
interface Said {
  ms: number;
  customer: number;
  nowMs: number;
  usualFrom: number;
  place: TopicBasis['since'];
}

/** What is said of a term within the window. */
export interface TermCount {
  items: number;
  customers: number;
  firstMs: number | null;
  lastMs: number | null;
}

/** The terms of one rule and workspace: which come lately, by whom, and how often each came before. */
export class TopicSketch {
  readonly workspace: string;
  readonly #windowMs: number;
  readonly #memoryMs: number;
  readonly #sketch: TermSketch;
  readonly #candidates: Map<string, Candidate>;
  /** Newest last. */
  readonly #texts: QuotedItem[];
  readonly #hash = new TextHash();
  /** Stream time of the first item. */
  #sinceMs: number;
  #hasForgotten: boolean;

  constructor({ windowMs, memoryMs }: { windowMs: number; memoryMs: number }, saved: Pick<SavedTopics, 'workspace' | 'sinceMs'> & Partial<SavedTopics>, cells?: Float64Array) {
    this.workspace = saved.workspace;
    this.#windowMs = windowMs;
    this.#memoryMs = memoryMs;
    this.#sinceMs = saved.sinceMs;
    this.#candidates = new Map(saved.candidates?.map(([term, occurrences, since = null, exact = false]) => [term, { occurrences: [...occurrences], since, exact }]));
    this.#texts = [...(saved.texts ?? [])];
    this.#hasForgotten = saved.hasForgotten ?? false;
    this.#sketch = new TermSketch(memoryMs, cells === undefined ? undefined : { originMs: saved.originMs ?? 0, cells });
  }

  /** Takes an item's terms; a term that is usual is counted and not followed. `usualFrom`: items expected in a window from which on it is. */
  add(terms: readonly string[], { ms, customer, nowMs, usualFrom, place }: Said): void {
    for (const term of terms) {
      const known = this.#candidates.get(term);
      const isUsual = known === undefined && (this.expected(term, nowMs) ?? 0) > usualFrom;
      const [low, high] = termHash(this.#hash, term);
      this.#sketch.add(low, high, nowMs);
      if (isUsual) continue;
      const candidate = known ?? { occurrences: [], since: place, exact: true };
      this.#follow(term, candidate, [ms, customer]);
    }
  }

  /** Takes the terms of an item of before the rule, whatever they are: until `keepUnusual` it is not known which are usual. */
  addPast(terms: readonly string[], { ms, customer }: { ms: number; customer: number }): void {
    this.#sinceMs = Math.min(this.#sinceMs, ms);
    for (const term of terms) {
      const [low, high] = termHash(this.#hash, term);
      this.#sketch.add(low, high, ms);
      const candidate = this.#candidates.get(term) ?? { occurrences: [], since: null, exact: true };
      candidate.since = null;
      if (this.#hasForgotten) candidate.exact = false;
      this.#follow(term, candidate, [ms, customer]);
    }
  }

  /** What was said before the window. */
  mergePast({ sinceMs, atMs, fromRow }: { sinceMs: number; atMs: number; fromRow: number }, rows: readonly Float32Array[]): void {
    this.#sinceMs = Math.min(this.#sinceMs, sinceMs);
    this.#sketch.merge(fromRow, rows, atMs);
  }

  /** Follows only those terms on that are not usual. */
  keepUnusual(nowMs: number, usualFrom: number): void {
    for (const term of [...this.#candidates.keys()]) if ((this.expected(term, nowMs) ?? 0) > usualFrom) this.#candidates.delete(term);
  }

  #follow(term: string, candidate: Candidate, occurrence: Occurrence): void {
    const { occurrences } = candidate;
    let at = occurrences.length;
    while (at > 0 && occurrences[at - 1]![0] > occurrence[0]) at--;
    occurrences.splice(at, 0, occurrence);
    if (occurrences.length > OCCURRENCES_MAX) {
      occurrences.shift();
      candidate.exact = false;
    }
    // The one heard of last stands last.
    this.#candidates.delete(term);
    this.#candidates.set(term, candidate);
    if (this.#candidates.size > CANDIDATES_MAX) this.#forgetOldest();
  }

  note(quote: QuotedItem): void {
    this.#texts.push(quote);
    if (this.#texts.length > TEXTS_MAX) this.#texts.shift();
  }

  /** The latest different texts that say a term, newest first. */
  quotes(term: string): QuotedItem[] {
    const quotes: QuotedItem[] = [];
    for (let at = this.#texts.length - 1; at >= 0 && quotes.length < QUOTES_MAX; at--) {
      const quote = this.#texts[at]!;
      if (quote.text.toLowerCase().includes(term) && !quotes.some(({ text }) => text === quote.text)) quotes.push(quote);
    }
    return quotes;
  }

  count(term: string, nowMs: number): TermCount {
    const occurrences = this.#candidates.get(term)?.occurrences;
    if (occurrences === undefined) return { items: 0, customers: 0, firstMs: null, lastMs: null };
    let gone = 0;
    while (gone < occurrences.length && occurrences[gone]![0] <= nowMs - this.#windowMs) gone++;
    if (gone > 0) occurrences.splice(0, gone);
    return { items: occurrences.length, customers: new Set(occurrences.map(([, customer]) => customer)).size, firstMs: occurrences[0]?.[0] ?? null, lastMs: occurrences.at(-1)?.[0] ?? null };
  }

  /** Followed terms of at least so many customers within the window, each with its items and its customers' latest times, ascending. Changes nothing. */
  near(customersMin: number, nowMs: number): { term: string; items: number; latestMs: number[] }[] {
    const found: { term: string; items: number; latestMs: number[] }[] = [];
    for (const [term, { occurrences }] of this.#candidates) {
      if (occurrences.length < customersMin) continue;
      const inside = occurrences.filter(([ms]) => ms > nowMs - this.#windowMs);
      const latestMs = [...new Map(inside.map(([ms, customer]) => [customer, ms])).values()].sort((a, b) => a - b);
      if (latestMs.length >= customersMin) found.push({ term, items: inside.length, latestMs });
    }
    return found;
  }

  /** From where on the items of a term are counted, and whether all of them are. */
  followed(term: string): Pick<TopicBasis, 'since' | 'exact'> {
    const { since = null, exact = false } = this.#candidates.get(term) ?? {};
    return { since, exact };
  }

  /** When fewer than so many customers are left if nothing more comes; null where they are fewer now. */
  fallsBelowMs(term: string, customers: number): number | null {
    const latest = new Map<number, number>();
    for (const [ms, customer] of this.#candidates.get(term)?.occurrences ?? []) latest.set(customer, ms);
    const newestFirst = [...latest.values()].sort((a, b) => b - a);
    return newestFirst.length < customers ? null : newestFirst[customers - 1]! + this.#windowMs;
  }

  /**
   * Items of a term that a window had before this one: what the sketch holds without the window's own, spread over the time that it remembers.
   * A count that halves every H stands for H / ln 2 of time, less what came before the beginning. Null while too little is known.
   */
  expected(term: string, nowMs: number): number | null {
    return this.expectedOf(term, this.count(term, nowMs).items, nowMs);
  }

  /** As `expected`, of a term of which the window is known to have so many items. Changes nothing. */
  expectedOf(term: string, items: number, nowMs: number): number | null {
    const ageMs = nowMs - this.#sinceMs;
    if (ageMs < PAST_WINDOWS_MIN * this.#windowMs) return null;
    const [low, high] = termHash(this.#hash, term);
    const before = Math.max(0, this.#sketch.read(low, high, nowMs) - items);
    const remembersMs = (this.#memoryMs / Math.LN2) * (1 - 2 ** (-ageMs / this.#memoryMs)) - this.#windowMs;
    return (before * this.#windowMs) / Math.max(this.#windowMs, remembersMs);
  }

  save(): { saved: SavedTopics; bytes: Uint8Array } {
    const { originMs, bytes } = this.#sketch.save();
    return { saved: { workspace: this.workspace, sinceMs: this.#sinceMs, originMs, hasForgotten: this.#hasForgotten, candidates: Array.from(this.#candidates, ([term, { occurrences, since, exact }]) => [term, [...occurrences], since, exact]), texts: [...this.#texts] }, bytes };
  }

  #forgetOldest(): void {
    this.#hasForgotten = true;
    for (const term of this.#candidates.keys()) return void this.#candidates.delete(term);
  }
}

/** Of a term, for a sketch: 32 bits and 32 more. */
export function termHash(hash: TextHash, term: string): [low: number, high: number] {
  const { low, high } = hash.start('').text(term).finish();
  return [low >>> 0, high >>> 0];
}
