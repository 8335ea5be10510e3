import type { CategorySource, Language, Score, Sentiment, Severity } from '../../core/score.ts';
import { corrupt, isObject } from './text-frame.ts';

/**
 * The scores of a whole frame in one line of JSON: numbers side by side in place of an object each, which is read three
 * times and written five times as fast and takes a third of the room. docs/frames.md has each field.
 */
interface Columns {
  /** Probabilities stand as whole numbers of 1/scale where all of them are such; else they stand as they are and it is 1. */
  scale: number;
  /** Each text once: sentiments, severities, languages, ids of categories, who decided. */
  words: string[];
  /** WIDTH numbers a score. */
  scores: number[];
  /** Three numbers a category: its word, probability, and the word of who decided. */
  categories: number[];
  keywords: string[];
}

const SCALE = 100_000;
const WIDTH = 16;
const COMPLAINT = 1;
const IMPLICIT = 2;
const CONFLICT = 4;
const NO_CONFLICT = 8;

export function encodeScores(scores: readonly Score[]): string {
  const scale = scores.every(isScaled) ? SCALE : 1;
  const columns: Columns = { scale, words: [], scores: [], categories: [], keywords: [] };
  const places = new Map<string, number>();
  const word = (text: string): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, columns.words.length);
    return columns.words.push(text) - 1;
  };
  const part = scale === 1 ? finite : (probability: number): number => Math.round(probability * SCALE);
  for (const score of scores) {
    const { negative, neutral, positive } = score.probabilities;
    const [one, two, three, four, five] = score.starProbabilities;
    columns.scores.push(
      word(score.sentiment), part(negative), part(neutral), part(positive),
      score.stars, part(one), part(two), part(three), part(four), part(five),
      flagsOf(score), part(score.complaintProbability), word(score.severity), word(score.language),
      score.categories.length, score.keywords.length,
    );
    for (const { id, probability, decidedBy } of score.categories) columns.categories.push(word(id), part(probability), word(decidedBy));
    columns.keywords.push(...score.keywords);
  }
  return JSON.stringify(columns);
}

/** @throws TocsinError `frame_corrupt` for a line that does not hold `count` scores. */
export function decodeScores(line: string, count: number): Score[] {
  const { scale, words, scores: numbers, categories, keywords } = parseColumns(line, count);
  const scores: Score[] = [];
  let category = 0;
  let keyword = 0;
  let at = 0;
  const part = (column: number): number => numbers[at + column]! / scale;
  const word = (place: number): string => words[place] ?? missing(scores.length);
  for (; at < numbers.length; at += WIDTH) {
    const flags = numbers[at + 10]!;
    const own: Score['categories'] = [];
    for (let left = numbers[at + 14]!; left > 0; left--, category += 3) {
      own.push({ id: word(categories[category]!), probability: categories[category + 1]! / scale, decidedBy: word(categories[category + 2]!) as CategorySource });
    }
    const score: Score = {
      sentiment: word(numbers[at]!) as Sentiment,
      probabilities: { negative: part(1), neutral: part(2), positive: part(3) },
      stars: numbers[at + 4]!,
      starProbabilities: [part(5), part(6), part(7), part(8), part(9)],
      complaint: (flags & COMPLAINT) !== 0,
      complaintProbability: part(11),
      severity: word(numbers[at + 12]!) as Severity,
      categories: own,
      implicit: (flags & IMPLICIT) !== 0,
      keywords: keywords.slice(keyword, keyword += numbers[at + 15]!),
      language: word(numbers[at + 13]!) as Language,
    };
    if ((flags & (CONFLICT | NO_CONFLICT)) !== 0) score.ratingConflict = (flags & CONFLICT) !== 0;
    scores.push(score);
  }
  return scores;
}

function flagsOf({ complaint, implicit, ratingConflict }: Score): number {
  const conflict = ratingConflict === undefined ? 0 : ratingConflict ? CONFLICT : NO_CONFLICT;
  return (complaint ? COMPLAINT : 0) | (implicit ? IMPLICIT : 0) | conflict;
}

function isScaled({ probabilities: { negative, neutral, positive }, starProbabilities, complaintProbability, categories }: Score): boolean {
  return isWhole(negative) && isWhole(neutral) && isWhole(positive) && isWhole(complaintProbability)
    && starProbabilities.every(isWhole) && categories.every(({ probability }) => isWhole(probability));
}

/** Comes back as it was when it is divided again. */
function isWhole(probability: number): boolean {
  return Math.round(probability * SCALE) / SCALE === probability;
}

/** JSON has no other numbers, and a score with one must not cost its frame. */
function finite(probability: number): number {
  return Number.isFinite(probability) ? probability : 0;
}

function parseColumns(line: string, count: number): Columns {
  let columns: unknown;
  try {
    columns = JSON.parse(line);
  } catch (cause) {
    throw corrupt('the line of its scores is not JSON', cause);
  }
  if (!isObject(columns) || !isColumns(columns)) throw corrupt('its last line is not one of scores');
  const { scores, categories, keywords } = columns;
  let categoriesCount = 0;
  let keywordsCount = 0;
  for (let at = 0; at < scores.length; at += WIDTH) {
    categoriesCount += countAt(scores, at + 14);
    keywordsCount += countAt(scores, at + 15);
  }
  if (scores.length !== count * WIDTH || categories.length !== categoriesCount * 3 || keywords.length !== keywordsCount) {
    throw corrupt(`its last line does not hold the scores of ${count} items`);
  }
  return columns;
}

function isColumns(value: Record<string, unknown>): value is Record<string, unknown> & Columns {
  const { scale, words, scores, categories, keywords } = value;
  return (scale === 1 || scale === SCALE) && isListOf(words, 'string') && isListOf(scores, 'number') && isListOf(categories, 'number') && isListOf(keywords, 'string');
}

function isListOf(value: unknown, type: 'string' | 'number'): boolean {
  if (!Array.isArray(value)) return false;
  for (let at = 0; at < value.length; at++) if (typeof value[at] !== type) return false;
  return true;
}

function countAt(numbers: readonly number[], place: number): number {
  const count = numbers[place] ?? -1;
  if (!Number.isSafeInteger(count) || count < 0) throw corrupt('its last line counts what cannot be counted');
  return count;
}

function missing(score: number): never {
  throw corrupt(`score ${score + 1} names a word that is not there`);
}
