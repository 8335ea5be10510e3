// Writes the rows that a teacher learns from and gives its opinion on, with their part of the split:
// node models/teacher/export-rows.mjs DATA_FOLDER OUT.jsonl   (after a build)
import { writeFileSync } from 'node:fs';
import { readDataset } from '../../dist/models/training/dataset.js';
import { splitRows } from '../../dist/models/training/split.js';
import { hashText } from '../../dist/models/training/teacher.js';

const [dataDir, out] = process.argv.slice(2);
const { labelled, unlabelled } = readDataset(dataDir);
const parts = splitRows(labelled);
const line = (row, part) => JSON.stringify({
  hash: hashText(row.text), text: row.text, source: row.source, language: row.language, sentiment: row.sentiment, stars: row.stars, part,
});
writeFileSync(out, `${[...labelled.map((row, at) => line(row, parts[at])), ...unlabelled.map((row) => line(row, 'unlabelled'))].join('\n')}\n`);
