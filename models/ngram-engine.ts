import type { Language } from '../core/score.ts';
import { chooseBackend } from './backends.ts';
import { calibrate, SILENT_PROBABILITIES } from './decide-score.ts';
import { Encoder, Trace } from './encoder.ts';
import type { ModelEngine, Reading } from './engine.ts';
import { findKeywords } from './keywords.ts';
import { Network } from './network.ts';
import { inputSize } from './shape.ts';
import { Tokenizer } from './text/tokenizer.ts';
import type { Manifest, StoredModel } from './weights-file.ts';
import { readModel } from './weights-file.ts';

/** Texts that go through the network together; larger requests are cut. */
export const NETWORK_BATCH_MAX = 256;
const KEPT_TRACE_UNITS_MAX = 512;

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
    texts.forEach((text, at) => {
      this.#tokenizer.read(text);
      this.#encoder.encode(this.#tokenizer, languages[at] ?? 'other', { into: matrix, from: at * width, trace: traces[at]! });
    });
    const { logits, hidden } = await this.#network.run(matrix, texts.length);
    const outputs = logits.length / texts.length;
    const hiddenUnits = hidden.length / texts.length;
    const readings = traces.map((trace, at) => {
      const probabilities = trace.units === 0 ? SILENT_PROBABILITIES : calibrate(logits, at * outputs, this.#manifest.calibration);
      const leansNegative = (probabilities[0] ?? 0) * 2 + (probabilities[1] ?? 0) >= (probabilities[2] ?? 0);
      return { probabilities, keywords: findKeywords(trace, this.#encoder.contributions(trace, this.#encoder.slopes(hidden, at * hiddenUnits)), leansNegative ? 1 : -1) };
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
