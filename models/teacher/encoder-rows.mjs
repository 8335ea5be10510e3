import { readLabelledSample } from '../../dist/models/evaluation/labelled-sample.js';
import { detectLanguage } from '../../dist/models/text/language.js';
import { readDataset } from '../../dist/models/training/dataset.js';
import { clausesToLearn, trainingPhrases } from '../../dist/models/training/prepare.js';
import { DEFAULT_RECIPE } from '../../dist/models/training/recipe.js';
import { splitRows } from '../../dist/models/training/split.js';
import { buildTargets } from '../../dist/models/training/targets.js';

const NOBODY = { size: 0, has: () => false, opinionOf: () => null };

/** All rows in the order of the exported files: labelled, made-up, unlabelled, their clauses, hand-labelled (never learned from). */
export function readEncoderRows(dataDir) {
  const { labelled, unlabelled } = readDataset(dataDir);
  const phrases = trainingPhrases(DEFAULT_RECIPE);
  const sample = readLabelledSample().flatMap(({ items }) => items).map((item) => ({
    text: item.text, source: 'hand', language: detectLanguage(item.text), sentiment: item.sentiment, mixed: false, stars: null, aspects: [], product: '', implicit: item.implicit,
  }));
  const labelledParts = splitRows(labelled);
  const clauses = clausesToLearn(labelled, labelledParts, unlabelled);
  const rows = [...labelled, ...phrases.rows, ...unlabelled, ...clauses, ...sample];
  const parts = [
    ...labelledParts, ...phrases.parts, ...unlabelled.map(() => 'unlabelled'), ...clauses.map(() => 'clause'), ...sample.map(() => 'hand'),
  ];
  return { rows, parts, targets: buildTargets(rows, parts, NOBODY) };
}

/** Places of the rows that one encoder reads, in the order of its exported files. */
export function rowsOf(rows, language) {
  return rows.flatMap((row, at) => ((row.language === 'en') === (language === 'en') ? [at] : []));
}
