import { HEADS, OUTPUT_SIZE } from './heads.ts';
import { denseLayout } from './shape.ts';
import type { ModelShape } from './shape.ts';

/** What the slope of (negative − positive) is made of. */
export interface SlopeParts {
  /** [(2 + pools) × dimensions] float32: what reaches the outputs without the hidden layer. */
  direct: Float32Array;
  /** [hidden, (2 + pools) × dimensions] float32: what each unit of the hidden layer adds when it is above 0. */
  through: Float32Array;
}

/** The slope of (negative − positive) is one column of weights minus another; of the extra inputs nobody asks it. */
export function slopeParts(shape: ModelShape, dense: Float32Array): SlopeParts {
  const layout = denseLayout(shape);
  const width = shape.dimensions * (2 + shape.pools);
  const { sentiment } = HEADS;
  const difference = (from: number, row: number): number =>
    Math.fround(dense[from + row * OUTPUT_SIZE + sentiment.from]! - dense[from + row * OUTPUT_SIZE + sentiment.from + sentiment.size - 1]!);
  const through = new Float32Array(shape.hidden * width);
  for (let unit = 0; unit < shape.hidden; unit++) {
    const slope = difference(layout.outputWeights.from, unit);
    for (let input = 0; input < width; input++) through[unit * width + input] = slope * dense[layout.hiddenWeights.from + input * shape.hidden + unit]!;
  }
  return { direct: Float32Array.from({ length: width }, (_, input) => difference(layout.skipWeights.from, input)), through };
}
