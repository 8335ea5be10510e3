import { createRandom, shuffle } from '../training/random.ts';
import { createFoldTable, foldText } from '../text/normalize.ts';

const NGRAM_MAX = 3;
const BUCKETS = 1 << 20;
const EPOCHS = 12;
const RATE = 0.5;
const PENALTY = 1e-6;

interface Sparse {
  ids: Int32Array;
  values: Float32Array;
}

/** Character 1–3-grams of the folded text, hashed, with their counts damped to 1 + log. */
function countGrams(text: string, fold: Uint16Array): Map<number, number> {
  const folded = foldText(text, fold);
  const counts = new Map<number, number>();
  for (let at = 0; at < folded.length; at++) {
    let hash = 0x811c9dc5;
    for (let n = 0; n < NGRAM_MAX && at + n < folded.length; n++) {
      hash = Math.imul(hash ^ folded.charCodeAt(at + n), 0x01000193);
      const mixed = Math.imul(hash ^ (hash >>> 15) ^ n, 0x2c1b3c6d);
      const id = (mixed ^ (mixed >>> 13)) & (BUCKETS - 1);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * The linear peer: tf-idf of character 1–3-grams and multinomial logistic regression (Adagrad), trained on one source's
 * own training rows. It is what the model has to beat on the same rows.
 */
export class LinearBaseline {
  readonly #classes: number;
  readonly #weights: Float32Array;
  readonly #bias: Float32Array;
  readonly #idf = new Float32Array(BUCKETS);
  readonly #fold = createFoldTable();

  /** Trains at once; `labels` run from 0 to `classes` − 1. */
  constructor(texts: readonly string[], labels: readonly number[], classes: number, seed: number) {
    this.#classes = classes;
    this.#weights = new Float32Array(BUCKETS * classes);
    this.#bias = new Float32Array(classes);
    const counts = texts.map((text) => countGrams(text, this.#fold));
    for (const grams of counts) for (const id of grams.keys()) this.#idf[id] = (this.#idf[id] ?? 0) + 1;
    for (let id = 0; id < BUCKETS; id++) {
      const standsIn = this.#idf[id] ?? 0;
      this.#idf[id] = standsIn < 2 ? 0 : Math.log((1 + counts.length) / (1 + standsIn)) + 1;
    }
    this.#learn(counts.map((grams) => this.#weigh(grams)), labels, seed);
  }

  #weigh(grams: Map<number, number>): Sparse {
    const ids: number[] = [];
    const values: number[] = [];
    let squares = 0;
    for (const [id, count] of grams) {
      const value = (1 + Math.log(count)) * (this.#idf[id] ?? 0);
      if (value === 0) continue;
      ids.push(id);
      values.push(value);
      squares += value * value;
    }
    const norm = Math.sqrt(squares) || 1;
    return { ids: Int32Array.from(ids), values: Float32Array.from(values, (value) => value / norm) };
  }

  #logits({ ids, values }: Sparse): Float64Array {
    const out = Float64Array.from(this.#bias);
    for (let k = 0; k < ids.length; k++) {
      const base = (ids[k] ?? 0) * this.#classes;
      for (let c = 0; c < this.#classes; c++) out[c] = (out[c] ?? 0) + (this.#weights[base + c] ?? 0) * (values[k] ?? 0);
    }
    return out;
  }

  #learn(samples: readonly Sparse[], labels: readonly number[], seed: number): void {
    const random = createRandom(seed);
    const order = Int32Array.from(samples, (_, at) => at);
    const squares = new Float32Array(this.#weights.length).fill(1e-4);
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      shuffle(order, random);
      for (const row of order) {
        const sample = samples[row];
        if (sample === undefined) continue;
        const logits = this.#logits(sample);
        const max = Math.max(...logits);
        const exps = logits.map((value) => Math.exp(value - max));
        const sum = exps.reduce((a, b) => a + b, 0);
        for (let c = 0; c < this.#classes; c++) {
          const slope = (exps[c] ?? 0) / sum - (labels[row] === c ? 1 : 0);
          this.#bias[c] = (this.#bias[c] ?? 0) - 0.01 * slope;
          for (let k = 0; k < sample.ids.length; k++) {
            const at = (sample.ids[k] ?? 0) * this.#classes + c;
            const weight = this.#weights[at] ?? 0;
            const gradient = slope * (sample.values[k] ?? 0) + PENALTY * weight;
            const seen = (squares[at] ?? 0) + gradient * gradient;
            squares[at] = seen;
            this.#weights[at] = weight - (RATE * gradient) / Math.sqrt(seen);
          }
        }
      }
    }
  }

  predict(text: string): number {
    const logits = this.#logits(this.#weigh(countGrams(text, this.#fold)));
    return logits.indexOf(Math.max(...logits));
  }
}
