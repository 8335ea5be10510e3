import { join } from 'node:path';
import type { Language } from '../../core/score.ts';
import { TocsinError } from '../../core/errors.ts';
import { chooseBackend } from '../backends.ts';
import type { BackendName } from '../backends.ts';
import type { ModelEngine, Reading } from '../engine.ts';
import { HEADS, OUTPUT_SIZE } from '../heads.ts';
import { openNgramEngine } from '../ngram-engine.ts';
import { DEFAULT_MODEL } from '../package-root.ts';
import { blend } from './blend.ts';
import type { Blend } from './blend.ts';
import { readEncoders } from './encoder-files.ts';
import type { EncoderLanguage } from './encoders.ts';
import { Transformer } from './transformer.ts';
import type { WordPieces } from './word-pieces.ts';

/** On a CPU a long text takes a seventh of a second: batches stay small, so that none is taken for a thread that hangs. */
const CPU_TEXTS_MAX = 32;
const ACCELERATED: ReadonlySet<string> = new Set<BackendName>(['tfjs-node-gpu', 'webgpu']);

interface LoadedEncoder {
  transformer: Transformer;
  pieces: WordPieces;
  blend: Blend;
}

/** English has an encoder of its own; the Chinese one reads all else. */
function encoderOf(language: Language): EncoderLanguage {
  return language === 'en' ? 'en' : 'zh';
}

/** The n-gram model reads each text and finds its keywords; a transformer reads it too, and their answers are blended. */
class EncoderEngine implements ModelEngine {
  readonly version: string;
  readonly backend: string;
  readonly textsMax: number;
  readonly #fast: ModelEngine;
  readonly #encoders: Partial<Record<EncoderLanguage, LoadedEncoder>>;
  readonly #askBelow: number;

  constructor(parts: { version: string; fast: ModelEngine; encoders: Partial<Record<EncoderLanguage, LoadedEncoder>>; askBelow: number; textsMax: number }) {
    this.version = parts.version;
    this.backend = parts.fast.backend;
    this.textsMax = parts.textsMax;
    this.#fast = parts.fast;
    this.#encoders = parts.encoders;
    this.#askBelow = parts.askBelow;
  }

  async read(texts: readonly string[], languages: readonly Language[]): Promise<Reading[]> {
    const readings = await this.#fast.read(texts, languages);
    for (const [language, encoder] of Object.entries(this.#encoders)) {
      const asked: number[] = [];
      const tokens: number[][] = [];
      readings.forEach((reading, at) => {
        if (encoderOf(languages[at] ?? 'other') !== language || !this.#isUnsure(reading)) return;
        asked.push(at);
        tokens.push(encoder.pieces.encode(reading.words));
      });
      if (asked.length === 0) continue;
      const logits = await encoder.transformer.run(tokens);
      asked.forEach((at, row) => {
        const reading = readings[at]!;
        const probabilities = blend(reading.probabilities, logits, row * OUTPUT_SIZE, encoder.blend);
        // What a text is too short to be, it is not for the encoder either.
        if (reading.probabilities[HEADS.implicit.from] === 0) probabilities[HEADS.implicit.from] = 0;
        readings[at] = { ...reading, probabilities };
      });
    }
    return readings;
  }

  #isUnsure({ probabilities, saysNothing }: Reading): boolean {
    // Of a text in which nothing can be read there is nothing to ask.
    if (saysNothing) return false;
    const { from, size } = HEADS.sentiment;
    let most = 0;
    for (let o = from; o < from + size; o++) most = Math.max(most, probabilities[o] ?? 0);
    return most < this.#askBelow;
  }

  dispose(): void {
    this.#fast.dispose();
    for (const { transformer } of Object.values(this.#encoders)) transformer.dispose();
  }
}

/** Throws `model_corrupt` (which file, what is wrong; also of the n-gram model beside it) or `invalid_setting` (backend). */
export async function openEncoderEngine(modelDir: string, backend: string | undefined): Promise<ModelEngine> {
  const { manifest, encoders } = readEncoders(modelDir);
  const fast = await openNgramEngine(join(modelDir, '..', DEFAULT_MODEL), backend);
  if (fast.version !== manifest.fast) {
    fast.dispose();
    throw new TocsinError('model_corrupt', `The model ${manifest.version} in ${modelDir} was made with ${manifest.fast}; beside it stands ${fast.version}. Make it again: npm run train -- --model accurate.`);
  }
  const { tf, name } = await chooseBackend(backend);
  const loaded: Partial<Record<EncoderLanguage, LoadedEncoder>> = {};
  for (const [language, { tensors, pieces, blend: by }] of Object.entries(encoders)) {
    loaded[language as EncoderLanguage] = { transformer: new Transformer(tf, tensors), pieces, blend: by };
  }
  return new EncoderEngine({ version: manifest.version, fast, encoders: loaded, askBelow: manifest.askBelow, textsMax: ACCELERATED.has(name) ? fast.textsMax : CPU_TEXTS_MAX });
}
