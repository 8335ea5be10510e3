import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../backends.ts';
import { OUTPUT_SIZE } from '../heads.ts';
import { transposed } from './encoder-weights.ts';
import type { EncoderTensors } from './encoder-weights.ts';
import { pooledSize } from './shape.ts';
import type { EncoderShape } from './shape.ts';

const NORM_EPSILON = 1e-12;
/** GELU as x·sigmoid(LINEAR x + CUBIC x³). */
const GELU_LINEAR = 1.5957691216;
const GELU_CUBIC = 0.0713548163;
/** Added to the scores of places where no token stands. */
const AWAY = -1e4;
/** Lengths are rounded up to a multiple, so that a backend that compiles for each shape meets few. */
const LENGTH_STEP = 8;
/** Tokens of one pass with their padding; more texts go in several passes. */
const PASS_TOKENS_MAX = 4_096;

interface Norm {
  gain: Tensor1D;
  shift: Tensor1D;
}

interface Dense {
  weight: Tensor2D;
  bias: Tensor1D;
}

interface Layer {
  qkv: Dense;
  attention: Dense;
  up: Dense;
  down: Dense;
  norm1: Norm;
  norm2: Norm;
}

interface Pass {
  /** Places of the texts in the request. */
  texts: number[];
  length: number;
}

/** Texts of like length together. */
export function planPasses(lengths: readonly number[]): Pass[] {
  const order = lengths.map((_, at) => at).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
  const passes: Pass[] = [];
  let pass: Pass | null = null;
  for (const at of order) {
    const length = Math.ceil((lengths[at] ?? 0) / LENGTH_STEP) * LENGTH_STEP;
    if (pass === null || length !== pass.length || (pass.texts.length + 1) * length > PASS_TOKENS_MAX) {
      pass = { texts: [], length };
      passes.push(pass);
    }
    pass.texts.push(at);
  }
  return passes;
}

/** A transformer encoder with the model's heads on TensorFlow.js, from plain operations that every backend has. */
export class Transformer {
  readonly #tf: Tf;
  readonly #shape: EncoderShape;
  readonly #tensors: EncoderTensors;
  readonly #owned: Tensor[] = [];
  readonly #norm: Norm;
  readonly #layers: Layer[];
  readonly #heads: Dense;

  constructor(tf: Tf, tensors: EncoderTensors) {
    this.#tf = tf;
    this.#tensors = tensors;
    this.#shape = tensors.shape;
    const keep = <T extends Tensor>(tensor: T): T => {
      this.#owned.push(tensor);
      return tensor;
    };
    const vector = (name: string): Tensor1D => keep(tf.tensor1d(tensors.vector(name)));
    const norm = (name: string): Norm => ({ gain: vector(`${name}/gain`), shift: vector(`${name}/shift`) });
    const dense = (name: string): Dense => {
      const matrix = tensors.matrix(`${name}/weight`);
      return { weight: keep(tf.tensor2d(transposed(matrix), [matrix.columns, matrix.rows])), bias: vector(`${name}/bias`) };
    };
    this.#norm = norm('norm');
    this.#layers = Array.from({ length: this.#shape.layers }, (_, layer) => ({
      qkv: dense(`${layer}/qkv`), attention: dense(`${layer}/attention`), up: dense(`${layer}/up`), down: dense(`${layer}/down`),
      norm1: norm(`${layer}/norm1`), norm2: norm(`${layer}/norm2`),
    }));
    this.#heads = { weight: keep(tf.tensor2d(tensors.vector('heads/weight'), [pooledSize(this.#shape), OUTPUT_SIZE])), bias: vector('heads/bias') };
  }

  /** Token ids of each text, each between 1 and `places` long: [texts, OUTPUT_SIZE] logits, not calibrated, in the texts' order. */
  async run(texts: readonly (readonly number[])[]): Promise<Float32Array> {
    const out = new Float32Array(texts.length * OUTPUT_SIZE);
    for (const { texts: chosen, length } of planPasses(texts.map((ids) => ids.length))) {
      const logits = this.#pass(chosen.map((at) => texts[at] ?? []), length);
      try {
        const numbers = await logits.data();
        chosen.forEach((at, row) => out.set(numbers.subarray(row * OUTPUT_SIZE, (row + 1) * OUTPUT_SIZE), at * OUTPUT_SIZE));
      } finally {
        logits.dispose();
      }
    }
    return out;
  }

  /** Rows of the word table plus rows of the places: a look-up, which typed arrays do faster than tensors. */
  #look(texts: readonly (readonly number[])[], length: number): { words: Float32Array; there: Float32Array } {
    const { width } = this.#shape;
    const { levels, scales } = this.#tensors.matrix('words');
    const places = this.#tensors.vector('places');
    const words = new Float32Array(texts.length * length * width);
    const there = new Float32Array(texts.length * length);
    texts.forEach((ids, row) => ids.forEach((id, place) => {
      there[row * length + place] = 1;
      const scale = scales[id] ?? 0;
      const into = (row * length + place) * width;
      for (let d = 0; d < width; d++) words[into + d] = (levels[id * width + d] ?? 0) * scale + (places[place * width + d] ?? 0);
    }));
    return { words, there };
  }

  #normalise(x: Tensor2D, { gain, shift }: Norm): Tensor2D {
    const tf = this.#tf;
    const centred = tf.sub(x, tf.mean(x, 1, true));
    const variance = tf.mean(tf.mul(centred, centred), 1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, NORM_EPSILON))), gain), shift);
  }

  #dense(x: Tensor2D, { weight, bias }: Dense): Tensor2D {
    return this.#tf.fused.matMul({ a: x, b: weight, bias }) as Tensor2D;
  }

  #activate(x: Tensor2D): Tensor2D {
    const tf = this.#tf;
    const gate = tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.mul(x, x), GELU_CUBIC), GELU_LINEAR)));
    return tf.mul(x, gate);
  }

  #attend(x: Tensor2D, layer: Layer, texts: number, length: number, away: Tensor4D): Tensor2D {
    const tf = this.#tf;
    const { heads, width } = this.#shape;
    const size = width / heads;
    const all = this.#dense(x, layer.qkv);
    const part = (k: number): Tensor4D => tf.transpose(tf.reshape(tf.slice(all, [0, k * width], [-1, width]), [texts, length, heads, size]), [0, 2, 1, 3]) as Tensor4D;
    const scores = tf.add(tf.mul(tf.matMul(part(0), part(1), false, true), size ** -0.5), away);
    const mixed = tf.matMul(tf.softmax(scores), part(2));
    return this.#dense(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [texts * length, width]), layer.attention);
  }

  #pass(ids: readonly (readonly number[])[], length: number): Tensor2D {
    const tf = this.#tf;
    const { width } = this.#shape;
    const texts = ids.length;
    return tf.tidy(() => {
      const { words, there } = this.#look(ids, length);
      const stands = tf.tensor3d(there, [texts, length, 1]);
      const nowhere = tf.mul(tf.sub(1, stands), AWAY) as Tensor3D;
      const away = tf.reshape(nowhere, [texts, 1, 1, length]) as Tensor4D;
      let x = this.#normalise(tf.tensor2d(words, [texts * length, width]), this.#norm);
      for (const layer of this.#layers) {
        x = this.#normalise(tf.add(x, this.#attend(x, layer, texts, length, away)), layer.norm1);
        x = this.#normalise(tf.add(x, this.#dense(this.#activate(this.#dense(x, layer.up)), layer.down)), layer.norm2);
      }
      const tokens = tf.reshape(x, [texts, length, width]) as Tensor3D;
      const first = tf.reshape(tf.slice(tokens, [0, 0, 0], [-1, 1, -1]), [texts, width]);
      const mean = tf.div(tf.sum(tf.mul(tokens, stands), 1), tf.sum(stands, 1));
      const peak = tf.max(tf.add(tokens, nowhere), 1);
      return this.#dense(tf.concat([first, mean, peak], 1) as Tensor2D, this.#heads);
    });
  }

  dispose(): void {
    for (const tensor of this.#owned) tensor.dispose();
  }
}
