import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RE2JS } from 're2js';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { TocsinError } from '../core/errors.ts';
import type { CategoryScore } from '../core/score.ts';
import { findPackageRoot } from './package-root.ts';
import { requiredLiteral } from './required-literal.ts';
import { createFoldTable, foldText } from './text/normalize.ts';

const TAXONOMY_CATEGORIES_MAX = 200;
const TAXONOMY_WORDS_MAX = 500;

const categorySchema = z.strictObject({
  /** One or two levels of a–z, 0–9 and dashes, joined by a dot. */
  id: z.string().regex(/^[a-z0-9-]{1,40}(\.[a-z0-9-]{1,40})?$/),
  name: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
  /** Found anywhere in the folded text: case and traditional forms do not matter. */
  seedWords: z.array(z.string().min(1).max(100)).max(TAXONOMY_WORDS_MAX).default([]),
  /** RE2 syntax, linear in the text's length whatever is written. */
  patterns: z.array(z.string().min(1).max(500)).max(50).default([]),
  owner: z.string().min(1).optional(),
});

const schema = z.strictObject({ categories: z.array(categorySchema).max(TAXONOMY_CATEGORIES_MAX) });

export type TaxonomyCategory = z.infer<typeof categorySchema>;

export interface Taxonomy {
  categories: TaxonomyCategory[];
  matchers: { id: string; words: string[]; patterns: { pattern: RE2JS; literal: string }[] }[];
  fold: Uint16Array;
}

/** Probability of a category that a person's words found: a decision, not an estimate. */
const TAXONOMY_PROBABILITY = 1;

function invalid(path: string, what: string): TocsinError {
  return new TocsinError('invalid_setting', `The taxonomy ${path} cannot be used: ${what}.`);
}

export function defaultTaxonomyFile(): string {
  return join(findPackageRoot(), 'models', 'taxonomy.yaml');
}

/** Reads the editable categories. Throws `invalid_setting` naming file, line and key. */
export function readTaxonomy(path: string = defaultTaxonomyFile()): Taxonomy {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (cause) {
    throw invalid(path, (cause as Error).message);
  }
  const document = parseDocument(source);
  const syntax = document.errors[0];
  if (syntax !== undefined) throw invalid(path, syntax.message);
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const ids = new Set<string>();
  parsed.data.categories.forEach(({ id, seedWords, patterns }, at) => {
    if (ids.has(id)) throw invalid(path, `categories.${at}: ${id} stands there twice`);
    ids.add(id);
    if (seedWords.length + patterns.length === 0) throw invalid(path, `${id} has neither seedWords nor patterns, so nothing is ever found by it`);
  });
  const fold = createFoldTable();
  const matchers = parsed.data.categories.map(({ id, seedWords, patterns }) => ({
    id,
    words: seedWords.map((word) => foldText(word, fold)),
    patterns: patterns.map((pattern) => {
      try {
        return { pattern: RE2JS.compile(pattern), literal: requiredLiteral(pattern) };
      } catch (cause) {
        throw invalid(path, `${id}: the pattern ${pattern} is not RE2: ${(cause as Error).message}`);
      }
    }),
  }));
  return { categories: parsed.data.categories, matchers, fold };
}

/** Categories whose seed words or patterns stand in the text. */
export function matchTaxonomy(taxonomy: Taxonomy, text: string): CategoryScore[] {
  if (taxonomy.matchers.length === 0) return [];
  const folded = foldText(text, taxonomy.fold);
  return taxonomy.matchers
    .filter(({ words, patterns }) => words.some((word) => folded.includes(word)) || patterns.some(({ pattern, literal }) => folded.includes(literal) && pattern.matcher(folded).find()))
    .map(({ id }) => ({ id, probability: TAXONOMY_PROBABILITY, decidedBy: 'taxonomy' }));
}
