// Puts rounded encoders together with the n-gram model: fits the blend on validation rows, chooses the operating points,
// packs, and prints what each part is good for on held-out rows, and the whole report of `tocsin evaluate` from the
// encoders' answers that Python gave (the same as in serving: models/accurate/golden.test.ts).
// node models/accurate/training/build-accurate.mjs DATA_FOLDER ROWS_FOLDER PACKED_FOLDER [OUT_FOLDER [FAST_FOLDER]]   (after a build)
// PACKED_FOLDER holds LANGUAGE.bin, .shape.json and .logits.bin of pack_encoder.py; OUT_FOLDER is models/weights/accurate, FAST_FOLDER models/weights/fast.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { blend, logScale } from '../../../dist/models/accurate/blend.js';
import { encoderManifestSchema } from '../../../dist/models/accurate/encoder-files.js';
import { ASK_BELOW, ENCODER_TOKENS } from '../../../dist/models/accurate/encoders.js';
import { fitBlend } from '../../../dist/models/accurate/fit-blend.js';
import { decideScore } from '../../../dist/models/decide-score.js';
import { evaluateScorer } from '../../../dist/models/evaluate.js';
import { matchTaxonomy, readTaxonomy } from '../../../dist/models/taxonomy.js';
import { openNgramEngine } from '../../../dist/models/ngram-engine.js';
import { OUTPUT_SIZE } from '../../../dist/models/heads.js';
import { describeFile } from '../../../dist/models/model-files.js';
import { defaultModelDir, findPackageRoot } from '../../../dist/models/package-root.js';
import { choosePoints } from '../../../dist/models/training/choose-points.js';
import { PHRASE_SOURCE } from '../../../dist/models/training/dataset.js';
import { scoreParts } from '../../../dist/models/training/score-parts.js';
import { HEAD_COUNT } from '../../../dist/models/training/targets.js';
import { readEncoderRows, rowsOf } from '../../teacher/encoder-rows.mjs';

const [dataDir, rowsDir, packed, out = join(findPackageRoot(), 'models', 'weights', 'accurate'), fastDir = defaultModelDir()] = process.argv.slice(2);
const JUDGED = new Set(['validation', 'test', 'unseen', 'hand']);
const CHUNK = 256;
mkdirSync(out, { recursive: true });

const { rows, parts, targets } = readEncoderRows(dataDir);
const fast = await openNgramEngine(fastDir, undefined);
const judged = rows.flatMap((_, at) => (JUDGED.has(parts[at]) ? [at] : []));
const fastSays = new Map();
for (let from = 0; from < judged.length; from += CHUNK) {
  const chunk = judged.slice(from, from + CHUNK);
  const readings = await fast.read(chunk.map((at) => rows[at].text), chunk.map((at) => rows[at].language));
  chunk.forEach((at, k) => fastSays.set(at, readings[k].probabilities));
}
console.log(`${fast.version} has read ${judged.length} texts`);

// Made-up texts say nothing of how sentiment is told from real feedback; what only they have (implicit, severity) they do fit.
const fitted = { ...targets, weights: targets.weights.slice() };
rows.forEach(({ source }, at) => { if (source === PHRASE_SOURCE) fitted.weights[at * HEAD_COUNT] = 0; });
const whole = createHash('sha256');
const encoders = {};
const golden = {};
const encoderSays = new Map();
const blended = new Map(fastSays);
for (const language of ['zh', 'en']) {
  if (!existsSync(join(packed, `${language}.bin`))) continue;
  const mine = rowsOf(rows, language);
  const stored = readFileSync(join(packed, `${language}.logits.bin`));
  const logits = new Float32Array(stored.buffer, stored.byteOffset, stored.byteLength / 4);
  if (logits.length !== mine.length * OUTPUT_SIZE) throw new Error(`${language}.logits.bin has ${logits.length} numbers, ${mine.length} rows need ${mine.length * OUTPUT_SIZE}`);
  mine.forEach((at, k) => {
    const said = logits.slice(k * OUTPUT_SIZE, (k + 1) * OUTPUT_SIZE);
    if (JUDGED.has(parts[at]) && said.some((each) => each !== 0)) encoderSays.set(at, said);
  });
  const samples = mine.filter((at) => parts[at] === 'validation' && encoderSays.has(at)).map((row) => ({ row, probabilities: fastSays.get(row), logits: encoderSays.get(row) }));
  const by = fitBlend(samples, fitted);
  for (const at of mine) if (encoderSays.has(at)) blended.set(at, blend(fastSays.get(at), encoderSays.get(at), 0, by));
  console.log(`${language}: sentiment is ${by.fast[0]} of the n-gram model and ${by.encoder[0]} of the encoder; implicit ${by.fast[30]} and ${by.encoder[30]} (${samples.length} validation rows)`);
  const weights = brotliCompressSync(readFileSync(join(packed, `${language}.bin`)), { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 16 } });
  golden[language] = JSON.parse(readFileSync(join(packed, `${language}.golden.json`), 'utf8'));
  const pieces = Buffer.from(`${JSON.parse(readFileSync(join(rowsDir, language, 'pieces.json'), 'utf8')).join('\n')}\n`);
  writeFileSync(join(out, `${language}.bin.br`), weights);
  writeFileSync(join(out, `${language}.pieces.txt`), pieces);
  whole.update(weights).update(pieces).update(JSON.stringify(by));
  encoders[language] = { shape: JSON.parse(readFileSync(join(packed, `${language}.shape.json`), 'utf8')), tokens: ENCODER_TOKENS[language], blend: by, pieces: describeFile(pieces), weights: describeFile(weights) };
}

const validation = judged.filter((at) => parts[at] === 'validation');
/** The answer as it is served: the encoder is asked where the n-gram model is not sure. */
const served = (at) => (Math.max(...fastSays.get(at).slice(0, 3)) < ASK_BELOW ? blended.get(at) : fastSays.get(at));
const asLogits = (at) => logScale(served(at));
const points = choosePoints({ rows, targets }, validation, asLogits, { scale: new Array(OUTPUT_SIZE).fill(1), shift: new Array(OUTPUT_SIZE).fill(0) });
whole.update(fast.version);
const manifest = encoderManifestSchema.parse({ format: 1, kind: 'encoders', version: `accurate-${whole.digest('hex').slice(0, 8)}`, fast: fast.version, askBelow: ASK_BELOW, encoders });
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
writeFileSync(join(out, 'operating-points.json'), `${JSON.stringify(points, null, 1)}\n`);
writeFileSync(join(out, 'golden.json'), `${JSON.stringify(golden)}\n`);
console.log(`${manifest.version} is in ${out}`);

const show = (name, says) => {
  for (const part of ['test', 'unseen', 'hand']) {
    const figures = scoreParts({ rows, parts }, part, (at) => says(at)).filter(({ count }) => count >= 60);
    console.log(`${name}, ${part}: ${figures.map((each) => `${each.source} ${(each.accuracy * 100).toFixed(1)} / ${(each.macroF1 * 100).toFixed(1)}`).join('; ')}`);
  }
};
const asked = (at) => encoderSays.has(at);
show('n-grams', (at) => fastSays.get(at));
show('encoder', (at) => (asked(at) ? encoderSays.get(at) : fastSays.get(at)));
show('blend', (at) => blended.get(at));
for (const below of [0.8, 0.9, 0.95, 0.98]) {
  const unsure = (at) => Math.max(...fastSays.get(at).slice(0, 3)) < below;
  const test = judged.filter((at) => parts[at] === 'test' && asked(at));
  show(`asked below ${below} (${((test.filter(unsure).length / test.length) * 100).toFixed(0)} % of test texts)`, (at) => (unsure(at) ? blended.get(at) : fastSays.get(at)));
}

const taxonomy = readTaxonomy(undefined);
const placeOf = new Map(judged.map((at) => [rows[at].text, at]));
const scorer = {
  version: manifest.version,
  backend: 'answers of the rounded encoders from Python',
  score: async (inputs) => inputs.map(({ text, rating }) => {
    const at = placeOf.get(text);
    return decideScore({ probabilities: served(at), points, language: rows[at].language, keywords: [], taxonomy: matchTaxonomy(taxonomy, text), ...(rating === undefined ? {} : { rating }) });
  }),
  dispose: () => undefined,
};
const report = await evaluateScorer(scorer, { dataDir }, ({ message }) => process.stderr.write(`${message}\n`));
writeFileSync(join(packed, 'report.json'), JSON.stringify(report));
console.log(report.text);
fast.dispose();
