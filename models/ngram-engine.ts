import type { Language } from '../core/score.ts';
import { chooseBackend } from './backends.ts';
import { calibrate, silenced, SILENT_PROBABILITIES } from './decide-score.ts';
import { Encoder, Trace } from './encoder.ts';
import type { ModelEngine, Reading } from './engine.ts';
import { HEADS } from './heads.ts';
import { findKeywords } from './keywords.ts';
import { Network } from './network.ts';
import { inputSize } from './shape.ts';
import { kindOfNonAnswer } from './text/non-answers.ts';
import { sayEmoji } from './text/say-emoji.ts';
import { Tokenizer } from './text/tokenizer.ts';
import type { Manifest, StoredModel } from './weights-file.ts';
import { readModel } from './weights-file.ts';

/** Texts that go through the network together; larger requests are cut. */
export const NETWORK_BATCH_MAX = 256;
const KEPT_TRACE_UNITS_MAX = 512;
/** Units of a text that can be kind and a farewell at once. */
export const FAREWELL_UNITS_MIN = 3;

/** Hashed n-grams of units, pooled, and one hidden layer on TensorFlow.js. */
class NgramEngine implements ModelEngine {
  readonly version: string;
  readonly backend: string;
  readonly textsMax = NETWORK_BATCH_MAX;
  readonly #inputs: number;
  readonly #manifest: Manifest;
  readonly #network: Network;
  readonly #encoder: Encoder;
  readonly #tokenizer = new Tokenizer();
  readonly #traces: Trace[] = [];

  constructor(model: StoredModel, network: Network, backend: string) {
    this.version = model.manifest.version;
    this.backend = backend;
    this.#inputs = inputSize(model.weights.shape);
    this.#manifest = model.manifest;
    this.#network = network;
    this.#encoder = new Encoder(model.weights);
  }

  async read(texts: readonly string[], languages: readonly Language[]): Promise<Reading[]> {
    const width = this.#inputs;
    const matrix = new Float32Array(texts.length * width);
    // Traces are taken out while the batch is in flight, so that two calls at once do not share one.
    const traces = texts.map(() => this.#traces.pop() ?? new Trace());
    const emoji = texts.map(sayEmoji);
    const nonAnswers = texts.map(kindOfNonAnswer);
    const read = texts.map((text, at) => emoji[at]?.words ?? (nonAnswers[at] === 'nothing' ? '' : text));
    read.forEach((words, at) => {
      const said = emoji[at];
      this.#tokenizer.read(words);
      this.#encoder.encode(this.#tokenizer, said ? 'zh' : languages[at] ?? 'other', { into: matrix, from: at * width, trace: traces[at]! });
    });
    const { logits, hidden } = await this.#network.run(matrix, texts.length);
    const outputs = logits.length / texts.length;
    const hiddenUnits = hidden.length / texts.length;
    const readings = traces.map((trace, at): Reading => {
      const said = emoji[at];
      const words = read[at]!;
      // Marks alone, no answer, nothing that the model knows: what it makes of no input at all is no opinion of anybody's.
      if (trace.known === 0) return { probabilities: SILENT_PROBABILITIES, keywords: [], words, saysNothing: true };
      const probabilities = calibrate(logits, at * outputs, this.#manifest.calibration);
      if (nonAnswers[at] === 'request') return { probabilities: silenced(probabilities), keywords: [], words, saysNothing: true };
      // Who leaves with kind words says some.
      if (said || trace.units < FAREWELL_UNITS_MIN) probabilities[HEADS.implicit.from] = 0;
      if (said) return { probabilities, keywords: said.emoji, words, saysNothing: false };
      const leansNegative = (probabilities[0] ?? 0) * 2 + (probabilities[1] ?? 0) >= (probabilities[2] ?? 0);
      return { probabilities, keywords: findKeywords(trace, this.#encoder.contributions(trace, this.#encoder.slopes(hidden, at * hiddenUnits)), leansNegative ? 1 : -1), words, saysNothing: false };
    });
    this.#keepTraces(traces);
    return readings;
  }

  /** Traces are used again; those of long texts are let go, so that a burst of them leaves no memory behind. */
  #keepTraces(traces: readonly Trace[]): void {
    for (const trace of traces) {
      if (this.#traces.length < NETWORK_BATCH_MAX && trace.unitStart.length <= KEPT_TRACE_UNITS_MAX) this.#traces.push(trace);
    }
  }

  dispose(): void {
    this.#network.dispose();
  }
}

/** Throws `model_corrupt` (which file, what is wrong) or `invalid_setting` (backend). */
export async function openNgramEngine(modelDir: string, backend: string | undefined): Promise<ModelEngine> {
  const model = readModel(modelDir);
  const { tf, reason } = await chooseBackend(backend);
  return new NgramEngine(model, new Network(tf, model.manifest.shape, model.weights.dense), reason);
}
