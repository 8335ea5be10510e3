import type { Score } from '../core/score.ts';
import { chooseBackend } from './backends.ts';
import { calibrate, decideScore, SILENT_PROBABILITIES } from './decide-score.ts';
import type { EncoderWeights } from './encoder.ts';
import { Encoder, Trace } from './encoder.ts';
import { findKeywords, unitContributions } from './keywords.ts';
import { Network } from './network.ts';
import type { OperatingPoints } from './operating-points.ts';
import { readOperatingPoints } from './operating-points.ts';
import { defaultModelDir } from './package-root.ts';
import { inputSize } from './shape.ts';
import type { Taxonomy } from './taxonomy.ts';
import { matchTaxonomy, readTaxonomy } from './taxonomy.ts';
import { detectLanguage } from './text/language.ts';
import { Tokenizer } from './text/tokenizer.ts';
import type { Manifest, StoredModel } from './weights-file.ts';
import { readModel } from './weights-file.ts';

export interface ScorerInput {
  text: string;
  /** 1 to 5, when the customer gave one. */
  rating?: number;
}

export interface ScorerOptions {
  /** A folder of models/weights; the default model when absent. */
  modelDir?: string;
  /** Forces one TensorFlow.js backend; the best that starts when absent. */
  backend?: string;
  /** The company's own categories; models/taxonomy.yaml when absent. */
  taxonomyFile?: string;
}

/** Scores texts in the calling thread. Answers keep the order of the inputs; every text gets one, however odd it is. */
export interface Scorer {
  /** Name and checksum of the model; it stands on the scored log. */
  readonly version: string;
  /** Device, and why better ones were not taken: one line for the log. */
  readonly backend: string;
  score(inputs: readonly ScorerInput[]): Promise<Score[]>;
  dispose(): void;
}

/** Texts that go through the network together; larger requests are cut. */
export const NETWORK_BATCH_MAX = 256;
const KEPT_TRACE_UNITS_MAX = 512;

class ModelScorer implements Scorer {
  readonly version: string;
  readonly backend: string;
  readonly #weights: EncoderWeights;
  readonly #manifest: Manifest;
  readonly #points: OperatingPoints;
  readonly #taxonomy: Taxonomy;
  readonly #network: Network;
  readonly #encoder: Encoder;
  readonly #tokenizer = new Tokenizer();
  readonly #traces: Trace[] = [];

  constructor(parts: { model: StoredModel; points: OperatingPoints; taxonomy: Taxonomy; network: Network; backend: string }) {
    this.version = parts.model.manifest.version;
    this.backend = parts.backend;
    this.#weights = parts.model.weights;
    this.#manifest = parts.model.manifest;
    this.#points = parts.points;
    this.#taxonomy = parts.taxonomy;
    this.#network = parts.network;
    this.#encoder = new Encoder(parts.model.weights);
  }

  async score(inputs: readonly ScorerInput[]): Promise<Score[]> {
    const scores: Score[] = [];
    for (let from = 0; from < inputs.length; from += NETWORK_BATCH_MAX) {
      scores.push(...await this.#scoreBatch(inputs.slice(from, from + NETWORK_BATCH_MAX)));
    }
    return scores;
  }

  async #scoreBatch(inputs: readonly ScorerInput[]): Promise<Score[]> {
    const width = inputSize(this.#weights.shape);
    const matrix = new Float32Array(inputs.length * width);
    const languages = inputs.map(({ text }) => detectLanguage(text.length > 4_000 ? text.slice(0, 4_000) : text));
    // Traces are taken out while the batch is in flight, so that two calls at once do not share one.
    const traces = inputs.map(() => this.#traces.pop() ?? new Trace());
    inputs.forEach(({ text }, at) => {
      this.#tokenizer.read(text);
      this.#encoder.encode(this.#tokenizer, languages[at] ?? 'other', { into: matrix, from: at * width, trace: traces[at]! });
    });
    const { logits, slopes } = await this.#network.run(matrix, inputs.length);
    const outputs = logits.length / inputs.length;
    const scores = inputs.map(({ text, rating }, at) => {
      const trace = traces[at]!;
      const probabilities = trace.units === 0 ? SILENT_PROBABILITIES : calibrate(logits, at * outputs, this.#manifest.calibration);
      const leansNegative = (probabilities[0] ?? 0) * 2 + (probabilities[1] ?? 0) >= (probabilities[2] ?? 0);
      const contributions = unitContributions(trace, this.#weights, slopes, at * width);
      return decideScore({
        probabilities,
        points: this.#points,
        language: languages[at] ?? 'other',
        keywords: findKeywords(trace, contributions, leansNegative ? 1 : -1),
        ...(rating === undefined ? {} : { rating }),
        taxonomy: matchTaxonomy(this.#taxonomy, text),
      });
    });
    this.#keepTraces(traces);
    return scores;
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

/** Reads, checks and warms up a model. Throws `model_corrupt` (which file, what is wrong) or `invalid_setting` (backend). */
export async function loadScorer(options: ScorerOptions = {}): Promise<Scorer> {
  const modelDir = options.modelDir ?? defaultModelDir();
  const model = readModel(modelDir);
  const points = readOperatingPoints(modelDir);
  const taxonomy = readTaxonomy(options.taxonomyFile);
  const { tf, reason } = await chooseBackend(options.backend);
  const network = new Network(tf, model.manifest.shape, model.weights.dense);
  const scorer = new ModelScorer({ model, points, taxonomy, network, backend: reason });
  await scorer.score([{ text: '还行,但下次不想再用了' }, { text: 'Works, I guess.' }]);
  return scorer;
}
