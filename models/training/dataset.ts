import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TocsinError } from '../../core/errors.ts';
import type { CategoryId } from '../../core/category.ts';
import type { Language, Sentiment, Severity } from '../../core/score.ts';
import type { Phrase } from '../labelling/generate-phrases.ts';
import { detectLanguage } from '../text/language.ts';

/** One labelled text of a training file. */
export interface Row {
  text: string;
  source: string;
  language: Language;
  /** Null where the set has none, or says `mixed`. */
  sentiment: Sentiment | null;
  mixed: boolean;
  /** 1 to 5, null where the set has none. */
  stars: number | null;
  aspects: string[];
  product: string;
  /** Set by people on implicit opinions, null where the set says nothing. */
  implicit: boolean | null;
  /** Labels that are known, not guessed: of a made-up text, or set by a person. */
  known?: KnownLabels;
}

/** What is known of a text beside its sentiment and stars; absent heads are not taught. */
export interface KnownLabels {
  complaint?: boolean | undefined;
  severity?: Severity | undefined;
  categories?: readonly CategoryId[] | undefined;
  implicit?: boolean | undefined;
  /** Beside 1 for a row of a data set. */
  weight: number;
  /** Of sentiment and stars, where it is another. */
  sentimentWeight?: number;
}

interface RawRow {
  text?: unknown;
  source?: unknown;
  label?: unknown;
  stars?: unknown;
  aspects?: unknown;
  product?: unknown;
  category?: unknown;
  implicit?: unknown;
}

/** Sources whose authors had to choose between negative and positive. */
export const PAIR_SOURCES = new Set(['online_shopping_10_cats', 'waimai_10k', 'amazon_polarity10k']);

export function readJsonLines(path: string): unknown[] {
  let content: string;
  try {
    const bytes = readFileSync(path);
    content = path.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
  } catch (cause) {
    throw new TocsinError('input_unreadable', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  const rows: unknown[] = [];
  const lines = content.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined || line.trim() === '') continue;
    try {
      rows.push(JSON.parse(line));
    } catch (cause) {
      throw new TocsinError('input_unreadable', `${path}, line ${at + 1}: not JSON`, { cause });
    }
  }
  return rows;
}

function readAspects(aspects: unknown): string[] {
  if (Array.isArray(aspects)) {
    return aspects.map((each) => (typeof each === 'string' ? each : String((each as { category?: unknown }).category ?? '')));
  }
  return aspects !== null && typeof aspects === 'object' ? Object.keys(aspects) : [];
}

export function toRow(raw: unknown): Row | null {
  const row = raw as RawRow;
  if (typeof row.text !== 'string' || row.text.trim() === '') return null;
  const label = row.label;
  return {
    text: row.text,
    source: typeof row.source === 'string' ? row.source : '',
    language: detectLanguage(row.text),
    sentiment: label === 'negative' || label === 'neutral' || label === 'positive' ? label : null,
    mixed: label === 'mixed',
    stars: typeof row.stars === 'number' ? row.stars : null,
    aspects: readAspects(row.aspects),
    product: typeof row.product === 'string' ? row.product : typeof row.category === 'string' ? row.category : '',
    implicit: typeof row.implicit === 'boolean' ? row.implicit : null,
  };
}

/** The labelled sets and the unlabelled texts, in the files' order. */
export function readDataset(dataDir: string): { labelled: Row[]; unlabelled: Row[] } {
  const rowsOf = (name: string): Row[] => readJsonLines(join(dataDir, name)).map(toRow).filter((row) => row !== null);
  return { labelled: [...rowsOf('train_zh.jsonl.gz'), ...rowsOf('train_en.jsonl.gz')], unlabelled: rowsOf('replay.jsonl.gz') };
}

/** The `source` of made-up texts. */
export const PHRASE_SOURCE = 'phrases';
/** A made-up text is worth less than a real one: there are many of a kind. */
const PHRASE_WEIGHT = 0.7;
/** Polite words of lost customers would teach that polite words are bad: they teach sentiment a little, and their own head in full. */
const IMPLICIT_SENTIMENT_WEIGHT = 0.35;

export function phraseRow(phrase: Phrase): Row {
  return {
    text: phrase.text, source: PHRASE_SOURCE, language: phrase.language, sentiment: phrase.sentiment, mixed: false, stars: null,
    aspects: [], product: '', implicit: phrase.implicit,
    known: { complaint: phrase.sentiment === 'negative', severity: phrase.severity, categories: phrase.categories, implicit: phrase.implicit, weight: PHRASE_WEIGHT, ...(phrase.implicit ? { sentimentWeight: IMPLICIT_SENTIMENT_WEIGHT } : {}) },
  };
}
