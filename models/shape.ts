import { OUTPUT_SIZE } from './heads.ts';

/** Sizes that training and serving must agree on; they stand in the manifest of a model. */
export interface ModelShape {
  /** Rows of the embedding table: features the model has learned. */
  vocabulary: number;
  /** Numbers per feature. */
  dimensions: number;
  /** Attention pools over the units of a text. */
  pools: number;
  /** Units of the hidden layer. */
  hidden: number;
}

/** Numbers beside the pooled ones: share of Chinese, share of English, log length. */
const EXTRA_INPUTS = 3;

/** Width of what the encoder hands to the network: sum, maximum, attention pools, extras. */
export function inputSize(shape: ModelShape): number {
  return shape.dimensions * (2 + shape.pools) + EXTRA_INPUTS;
}

export interface DenseLayout {
  name: string;
  from: number;
  size: number;
}

/** The dense parameters stand in one vector, in this order; matrices are [inputs, outputs], row by row. */
export function denseLayout(shape: ModelShape): Record<'bias' | 'queries' | 'hiddenWeights' | 'hiddenBias' | 'outputWeights' | 'skipWeights' | 'outputBias', DenseLayout> & { size: number } {
  const inputs = inputSize(shape);
  let from = 0;
  const part = (name: string, size: number): DenseLayout => {
    const layout = { name, from, size };
    from += size;
    return layout;
  };
  return {
    bias: part('bias', shape.dimensions),
    queries: part('queries', shape.pools * shape.dimensions),
    hiddenWeights: part('hiddenWeights', inputs * shape.hidden),
    hiddenBias: part('hiddenBias', shape.hidden),
    outputWeights: part('outputWeights', shape.hidden * OUTPUT_SIZE),
    skipWeights: part('skipWeights', inputs * OUTPUT_SIZE),
    outputBias: part('outputBias', OUTPUT_SIZE),
    get size() {
      return from;
    },
  };
}
