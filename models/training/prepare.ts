import { readLabelledSample } from '../evaluation/labelled-sample.ts';
import { generatePhrases } from '../labelling/generate-phrases.ts';
import { createFoldTable } from '../text/normalize.ts';
import { Tokenizer } from '../text/tokenizer.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { buildVocabulary } from './build-vocabulary.ts';
import { CLAUSE_SOURCE, chooseClauses } from './clauses.ts';
import { readCorrections } from './corrections.ts';
import { PHRASE_SOURCE, phraseRow, readDataset } from './dataset.ts';
import type { Row } from './dataset.ts';
import { encodeRows } from './encode-rows.ts';
import type { EncodedRows } from './encode-rows.ts';
import type { Recipe } from './recipe.ts';
import type { Part } from './split.ts';
import { lettersOf, splitRows } from './split.ts';
import { buildTargets } from './targets.ts';
import type { Targets } from './targets.ts';
import { readTeacher } from './teacher.ts';

/** A data set ready to be trained on. */
export interface Prepared {
  rows: Row[];
  parts: Part[];
  vocabulary: Vocabulary;
  encoded: EncodedRows;
  targets: Targets;
}

export function indicesOf(parts: readonly Part[], part: Part): number[] {
  const found: number[] = [];
  parts.forEach((each, at) => {
    if (each === part) found.push(at);
  });
  return found;
}

export interface DataSources {
  dataDir: string;
  /** A file of labels that people set. */
  corrections?: string | undefined;
}

/**
 * Made-up texts that do not stand in the hand-labelled sample. Those of held-out rules stay with the validation rows, so
 * that calibration meets what only made-up texts have, in turns that were not learned.
 */
export function trainingPhrases({ seed, phrasesOneIn }: Pick<Recipe, 'seed' | 'phrasesOneIn'>): { rows: Row[]; parts: Part[] } {
  const fold = createFoldTable();
  const sample = new Set(readLabelledSample().flatMap(({ items }) => items.map(({ text }) => lettersOf(text, fold))));
  const phrases = generatePhrases(seed).filter(({ text }, at) => at % phrasesOneIn === 0 && !sample.has(lettersOf(text, fold)));
  return { rows: phrases.map(phraseRow), parts: phrases.map(({ heldOut }) => (heldOut ? 'validation' : 'train')) };
}

/** Clauses of the training rows and of the unlabelled texts. */
export function clausesToLearn(labelled: readonly Row[], parts: readonly Part[], unlabelled: readonly Row[]): Row[] {
  return chooseClauses([...labelled.filter((_, at) => parts[at] === 'train'), ...unlabelled], labelled.filter((_, at) => parts[at] !== 'train'));
}

/** A set of so many labelled texts counts as it is; smaller ones for more, larger ones for less, by the root of their size. */
const EVEN_SET_TEXTS = 20_000;
const VOCABULARY_WEIGHT_MIN = 0.5;
const VOCABULARY_WEIGHT_MAX = 4;

/**
 * What each text counts for where the vocabulary is full: n-grams of a small set are not crowded out by those of large ones,
 * nor by made-up texts, whose rules repeat the same words, and texts without a label.
 */
function vocabularyWeights(rows: readonly Row[]): Float32Array {
  const sizes = new Map<string, number>();
  for (const { source } of rows) sizes.set(source, (sizes.get(source) ?? 0) + 1);
  return Float32Array.from(rows, ({ source, sentiment }) => {
    if (source === PHRASE_SOURCE || sentiment === null) return VOCABULARY_WEIGHT_MIN;
    return Math.min(VOCABULARY_WEIGHT_MAX, Math.max(VOCABULARY_WEIGHT_MIN, Math.sqrt(EVEN_SET_TEXTS / (sizes.get(source) ?? 1))));
  });
}

/** Reads, splits, counts and encodes. The vocabulary comes from training rows and unlabelled texts alone; clauses are parts of these. */
export function prepare(sources: DataSources, recipe: Recipe, report: (message: string) => void): Prepared {
  const { labelled: sets, unlabelled } = readDataset(sources.dataDir);
  const corrections = sources.corrections === undefined ? [] : readCorrections(sources.corrections);
  // Corrections are split like all else: most teach, some measure.
  const labelled = [...sets, ...corrections];
  report(`read ${labelled.length} labelled and ${unlabelled.length} unlabelled texts`);
  const phrases = trainingPhrases(recipe);
  const teacher = readTeacher();
  const taught = unlabelled.filter((row) => teacher.has(row.text));
  const labelledParts = splitRows(labelled);
  const clauses = clausesToLearn(labelled, labelledParts, unlabelled).filter((row) => teacher.has(row.text));
  report(`${phrases.rows.length} made-up texts; a teacher's opinion on ${teacher.size} texts, ${clauses.length} of them clauses`);
  const rows = [...labelled, ...phrases.rows, ...taught, ...clauses];
  const parts: Part[] = [...labelledParts, ...phrases.parts, ...[...taught, ...clauses].map(() => 'train' as const)];
  const tokenizer = new Tokenizer();
  const taughtTexts = new Set(taught.map((row) => row.text));
  const counted = [...indicesOf(parts, 'train').map((at) => rows[at]!).filter(({ source }) => source !== CLAUSE_SOURCE), ...unlabelled.filter((row) => !taughtTexts.has(row.text))];
  const vocabulary = buildVocabulary(counted.map(({ text }) => text), tokenizer, { textsMin: recipe.textsMin, sizeMax: recipe.vocabularyMax, weights: vocabularyWeights(counted) });
  report(`split: ${(['train', 'validation', 'test', 'unseen'] as const).map((part) => `${part} ${indicesOf(parts, part).length}`).join(', ')}; vocabulary of ${vocabulary.size} features`);
  const encoded = encodeRows(rows.map((row) => row.text), tokenizer, vocabulary);
  const targets = buildTargets(rows, parts, teacher);
  report('texts encoded, weak labels set');
  return { rows, parts, vocabulary, encoded, targets };
}
