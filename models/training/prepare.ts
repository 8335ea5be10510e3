import { Tokenizer } from '../text/tokenizer.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { buildVocabulary } from './build-vocabulary.ts';
import { readDataset } from './dataset.ts';
import type { Row } from './dataset.ts';
import { encodeRows } from './encode-rows.ts';
import type { EncodedRows } from './encode-rows.ts';
import type { Recipe } from './recipe.ts';
import { splitRows } from './split.ts';
import type { Part } from './split.ts';
import { buildTargets } from './targets.ts';
import type { Targets } from './targets.ts';

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

/** Reads, splits, counts and encodes. The vocabulary comes from training rows and unlabelled texts alone. */
export function prepare(dataDir: string, recipe: Recipe, report: (message: string) => void): Prepared {
  const { labelled, unlabelled } = readDataset(dataDir);
  report(`read ${labelled.length} labelled and ${unlabelled.length} unlabelled texts`);
  const parts = splitRows(labelled);
  const tokenizer = new Tokenizer();
  const texts = [...indicesOf(parts, 'train').map((at) => labelled[at]?.text ?? ''), ...unlabelled.map((row) => row.text)];
  const vocabulary = buildVocabulary(texts, tokenizer, { textsMin: recipe.textsMin, sizeMax: recipe.vocabularyMax });
  report(`split: ${(['train', 'validation', 'test', 'unseen'] as const).map((part) => `${part} ${indicesOf(parts, part).length}`).join(', ')}; vocabulary of ${vocabulary.size} features`);
  const encoded = encodeRows(labelled.map((row) => row.text), tokenizer, vocabulary);
  const targets = buildTargets(labelled);
  report('texts encoded, weak labels set');
  return { rows: labelled, parts, vocabulary, encoded, targets };
}
