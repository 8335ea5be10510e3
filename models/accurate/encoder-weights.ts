import { layoutOf, tensorParts } from './shape.ts';
import type { EncoderShape } from './shape.ts';

export interface Matrix {
  /** [rows, columns] */
  levels: Int8Array;
  /** One a row: a number is its level × its row's scale. */
  scales: Float32Array;
  rows: number;
  columns: number;
}

/** The weights of one encoder by name; views of the one buffer they were read from. */
export interface EncoderTensors {
  shape: EncoderShape;
  matrix(name: string): Matrix;
  vector(name: string): Float32Array;
  isFinite(): boolean;
}

/** `bytes` begins at a multiple of four and has the length that `layoutOf` says. */
export function readTensors(shape: EncoderShape, bytes: Uint8Array<ArrayBuffer>): EncoderTensors {
  const { matrices, vectors } = tensorParts(shape);
  const floats = new Float32Array(bytes.buffer, bytes.byteOffset + layoutOf(shape).floatsFrom);
  const foundMatrices = new Map<string, Matrix>();
  const foundVectors = new Map<string, Float32Array>();
  let level = bytes.byteOffset;
  let float = 0;
  for (const { name, rows, columns } of matrices) {
    foundMatrices.set(name, { levels: new Int8Array(bytes.buffer, level, rows * columns), scales: floats.subarray(float, float + rows), rows, columns });
    level += rows * columns;
    float += rows;
  }
  for (const { name, columns } of vectors) {
    foundVectors.set(name, floats.subarray(float, float + columns));
    float += columns;
  }
  const found = <T>(values: Map<string, T>, name: string): T => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`an encoder has no ${name}`);
    return value;
  };
  return { shape, matrix: (name) => found(foundMatrices, name), vector: (name) => found(foundVectors, name), isFinite: () => floats.every(Number.isFinite) };
}

/** The matrix as numbers, [columns, rows] (inputs × outputs), for a product from the left. */
export function transposed({ levels, scales, rows, columns }: Matrix): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const scale = scales[row] ?? 0;
    for (let column = 0; column < columns; column++) out[column * rows + row] = (levels[row * columns + column] ?? 0) * scale;
  }
  return out;
}
