import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Tf } from './backends.ts';
import { OUTPUT_SIZE } from './heads.ts';
import { denseLayout, inputSize } from './shape.ts';
import type { ModelShape } from './shape.ts';

export interface NetworkAnswer {
  /** [batch, OUTPUT_SIZE] logits, not calibrated. */
  logits: Float32Array;
  /** [batch, hidden] after the rectifier: what is above 0 lets a slope through (slopes.ts). */
  hidden: Float32Array;
}

/** The dense part of the model on TensorFlow.js: all heads in one pass. */
export class Network {
  readonly #tf: Tf;
  readonly #inputs: number;
  readonly #tensors: Record<'hiddenWeights' | 'hiddenBias' | 'outputWeights' | 'skipWeights' | 'outputBias', Tensor>;

  constructor(tf: Tf, shape: ModelShape, dense: Float32Array) {
    const layout = denseLayout(shape);
    const inputs = inputSize(shape);
    const slice = (name: 'hiddenWeights' | 'hiddenBias' | 'outputWeights' | 'skipWeights' | 'outputBias'): Float32Array =>
      dense.slice(layout[name].from, layout[name].from + layout[name].size);
    this.#tf = tf;
    this.#inputs = inputs;
    this.#tensors = {
      hiddenWeights: tf.tensor2d(slice('hiddenWeights'), [inputs, shape.hidden]),
      hiddenBias: tf.tensor1d(slice('hiddenBias')),
      outputWeights: tf.tensor2d(slice('outputWeights'), [shape.hidden, OUTPUT_SIZE]),
      skipWeights: tf.tensor2d(slice('skipWeights'), [inputs, OUTPUT_SIZE]),
      outputBias: tf.tensor1d(slice('outputBias')),
    };
  }

  /** `inputs`: [batch, inputSize] float32. */
  async run(inputs: Float32Array, batch: number): Promise<NetworkAnswer> {
    const tf = this.#tf;
    const t = this.#tensors;
    const [logits, hidden] = tf.tidy(() => {
      const x = tf.tensor2d(inputs, [batch, this.#inputs]);
      const open = tf.fused.matMul({ a: x, b: t.hiddenWeights, bias: t.hiddenBias, activation: 'relu' });
      const direct = tf.fused.matMul({ a: x, b: t.skipWeights, bias: t.outputBias });
      const out = tf.add(tf.matMul(open as Tensor2D, t.outputWeights as Tensor2D), direct);
      return [out, open];
    });
    try {
      const [logitNumbers, hiddenNumbers] = await Promise.all([logits.data(), hidden.data()]);
      return { logits: logitNumbers as Float32Array, hidden: hiddenNumbers as Float32Array };
    } finally {
      logits.dispose();
      hidden.dispose();
    }
  }

  dispose(): void {
    for (const tensor of Object.values(this.#tensors)) tensor.dispose();
  }
}
