import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Score } from '../core/score.ts';
import { calibrate, decideScore, SILENT_PROBABILITIES } from './decide-score.ts';
import { HEADS, OUTPUT_SIZE } from './heads.ts';
import { generatePhrases } from './labelling/generate-phrases.ts';
import { FAREWELL_UNITS_MIN, openNgramEngine } from './ngram-engine.ts';
import { readOperatingPoints } from './operating-points.ts';
import { findPackageRoot } from './package-root.ts';
import { denseLayout, inputSize } from './shape.ts';
import { encodePlainly } from './testing/plain-encoder.ts';
import { detectLanguage } from './text/language.ts';
import { kindOfNonAnswer } from './text/non-answers.ts';
import { sayEmoji } from './text/say-emoji.ts';
import { Tokenizer } from './text/tokenizer.ts';
import { readModel } from './weights-file.ts';
import type { StoredModel } from './weights-file.ts';

const MODEL = join(findPackageRoot(), 'models', 'weights', 'fast');
const LABELLED = join(findPackageRoot(), 'models', 'labelled');
const GENERATED_TEXTS = 1_500;
const PROBABILITY_ERROR_MAX = 1e-5;

function committedTexts(): string[] {
  const labelled = readdirSync(LABELLED).filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(join(LABELLED, file), 'utf8').split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { text: string }).text));
  const generated = generatePhrases(7).map(({ text }) => text);
  const stride = Math.ceil(generated.length / GENERATED_TEXTS);
  return [...labelled, ...generated.filter((_, at) => at % stride === 0), '无', '1'.repeat(40)].filter((text) => sayEmoji(text) === null);
}

/** The whole model as its formulas say it, one number after the other. */
function probabilitiesOf(tokenizer: Tokenizer, language: string, { manifest, weights }: StoredModel): Float32Array {
  if (tokenizer.unitCount === 0 || kindOfNonAnswer(tokenizer.text) === 'nothing') return SILENT_PROBABILITIES;
  const { shape, dense } = weights;
  const layout = denseLayout(shape);
  const inputs = inputSize(shape);
  const { input } = encodePlainly(tokenizer, weights);
  input[inputs - 3] = language === 'zh' ? 1 : 0;
  input[inputs - 2] = language === 'en' ? 1 : 0;
  const times = (numbers: readonly number[], name: 'hiddenWeights' | 'outputWeights' | 'skipWeights', width: number): number[] =>
    Array.from({ length: width }, (_, column) => numbers.reduce((sum, each, row) => sum + each * dense[layout[name].from + row * width + column]!, 0));
  const hidden = times(input, 'hiddenWeights', shape.hidden).map((each, at) => Math.max(0, each + dense[layout.hiddenBias.from + at]!));
  const direct = times(input, 'skipWeights', OUTPUT_SIZE);
  const logits = times(hidden, 'outputWeights', OUTPUT_SIZE).map((each, at) => each + direct[at]! + dense[layout.outputBias.from + at]!);
  const probabilities = calibrate(Float32Array.from(logits), 0, manifest.calibration);
  if (tokenizer.unitCount < FAREWELL_UNITS_MIN) probabilities[HEADS.implicit.from] = 0;
  return probabilities;
}

describe('the committed model', () => {
  it('says of thousands of texts what its formulas say, and decides as they do', async () => {
    const model = readModel(MODEL);
    const points = readOperatingPoints(MODEL);
    const texts = committedTexts();
    expect(texts.length).toBeGreaterThan(1_500);
    const languages = texts.map(detectLanguage);
    const engine = await openNgramEngine(MODEL, 'wasm');
    const tokenizer = new Tokenizer();
    const wrong: string[] = [];
    let errorMax = 0;
    for (let from = 0; from < texts.length; from += engine.textsMax) {
      const batch = texts.slice(from, from + engine.textsMax);
      const readings = await engine.read(batch, languages.slice(from, from + engine.textsMax));
      batch.forEach((text, at) => {
        const language = languages[from + at]!;
        tokenizer.read(text);
        const expected = probabilitiesOf(tokenizer, language, model);
        const { probabilities } = readings[at]!;
        expected.forEach((each, o) => { errorMax = Math.max(errorMax, Math.abs(each - probabilities[o]!)); });
        const decide = (numbers: Float32Array): unknown => decisions(decideScore({ probabilities: numbers, points, language, keywords: [], saysNothing: false, taxonomy: [] }));
        if (JSON.stringify(decide(probabilities)) !== JSON.stringify(decide(expected))) wrong.push(text);
      });
    }
    engine.dispose();
    expect(wrong).toEqual([]);
    expect(errorMax).toBeLessThan(PROBABILITY_ERROR_MAX);
  });
});

function decisions({ sentiment, stars, complaint, severity, categories, implicit }: Score): unknown {
  return { sentiment, stars, complaint, severity, categories: categories.map(({ id }) => id), implicit };
}
