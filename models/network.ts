import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Tf } from './backends.ts';
import { HEADS, OUTPUT_SIZE } from './heads.ts';
import { denseLayout, inputSize } from './shape.ts';
import type { ModelShape } from './shape.ts';

export interface NetworkAnswer {
  /** [batch, OUTPUT_SIZE] logits, not calibrated. */
  logits: Float32Array;
  /** [batch, inputSize]: how much each input number moves (negative − positive), for the keywords. */
  slopes: Float32Array;
}

/** The dense part of the model on TensorFlow.js: all heads in one pass, and the slope of the sentiment beside them. */
export class Network {
  readonly #tf: Tf;
  readonly #inputs: number;
  readonly #tensors: Record<'hiddenWeights' | 'hiddenWeightsTurned' | 'hiddenBias' | 'outputWeights' | 'skipWeights' | 'outputBias' | 'hiddenSlope' | 'skipSlope', Tensor>;

  constructor(tf: Tf, shape: ModelShape, dense: Float32Array) {
    const layout = denseLayout(shape);
    const inputs = inputSize(shape);
    const slice = (name: 'hiddenWeights' | 'hiddenBias' | 'outputWeights' | 'skipWeights' | 'outputBias'): Float32Array =>
      dense.slice(layout[name].from, layout[name].from + layout[name].size);
    // The slope of negative − positive is one column of weights minus another.
    const difference = (weights: Float32Array, rows: number): Float32Array => Float32Array.from({ length: rows }, (_, row) =>
      (weights[row * OUTPUT_SIZE + HEADS.sentiment.from] ?? 0) - (weights[row * OUTPUT_SIZE + HEADS.sentiment.from + 2] ?? 0));
    this.#tf = tf;
    this.#inputs = inputs;
    this.#tensors = {
      hiddenWeights: tf.tensor2d(slice('hiddenWeights'), [inputs, shape.hidden]),
      hiddenBias: tf.tensor1d(slice('hiddenBias')),
      outputWeights: tf.tensor2d(slice('outputWeights'), [shape.hidden, OUTPUT_SIZE]),
      skipWeights: tf.tensor2d(slice('skipWeights'), [inputs, OUTPUT_SIZE]),
      outputBias: tf.tensor1d(slice('outputBias')),
      // Turned round here once: the wasm backend multiplies by a transposed matrix far more slowly.
      hiddenWeightsTurned: turned(tf, slice('hiddenWeights'), inputs, shape.hidden),
      hiddenSlope: tf.tensor2d(difference(slice('outputWeights'), shape.hidden), [1, shape.hidden]),
      skipSlope: tf.tensor2d(difference(slice('skipWeights'), inputs), [1, inputs]),
    };
  }

  /** `inputs`: [batch, inputSize] float32. */
  async run(inputs: Float32Array, batch: number): Promise<NetworkAnswer> {
    const tf = this.#tf;
    const t = this.#tensors;
    const [logits, slopes] = tf.tidy(() => {
      const x = tf.tensor2d(inputs, [batch, this.#inputs]);
      const hidden = tf.fused.matMul({ a: x, b: t.hiddenWeights, bias: t.hiddenBias, activation: 'relu' });
      const direct = tf.fused.matMul({ a: x, b: t.skipWeights, bias: t.outputBias });
      const out = tf.add(tf.matMul(hidden as Tensor2D, t.outputWeights as Tensor2D), direct);
      const slope = tf.add(tf.matMul(tf.mul(tf.step(hidden), t.hiddenSlope) as Tensor2D, t.hiddenWeightsTurned as Tensor2D), t.skipSlope);
      return [out, slope];
    });
    try {
      const [logitNumbers, slopeNumbers] = await Promise.all([logits.data(), slopes.data()]);
      return { logits: logitNumbers as Float32Array, slopes: slopeNumbers as Float32Array };
    } finally {
      logits.dispose();
      slopes.dispose();
    }
  }

  dispose(): void {
    for (const tensor of Object.values(this.#tensors)) tensor.dispose();
  }
}

/** [rows, columns] → a tensor of [columns, rows]. */
function turned(tf: Tf, matrix: Float32Array, rows: number, columns: number): Tensor {
  const out = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = matrix[row * columns + column] ?? 0;
  }
  return tf.tensor2d(out, [columns, rows]);
}
