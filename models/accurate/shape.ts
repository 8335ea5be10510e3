import { OUTPUT_SIZE } from '../heads.ts';

/** Sizes of one encoder that training and serving must agree on. */
export interface EncoderShape {
  /** Rows of the word table: pieces that are kept. */
  pieces: number;
  /** Places a token can stand at. */
  places: number;
  layers: number;
  width: number;
  heads: number;
  /** Width between the two products of a layer's second half. */
  inner: number;
}

export interface TensorPart {
  name: string;
  /** Rows of levels (int8), each with a scale of its own; 0 for plain float32 numbers. */
  rows: number;
  columns: number;
}

/** Numbers that the heads see of one text: first token, mean, maximum. */
export function pooledSize(shape: EncoderShape): number {
  return 3 * shape.width;
}

/**
 * What an encoder's file holds, in order: first the levels of all matrices, then, from the next multiple of four bytes,
 * float32: the scales of each matrix's rows, then all else. Matrices stand [outputs, inputs], row by row.
 */
export function tensorParts(shape: EncoderShape): { matrices: TensorPart[]; vectors: TensorPart[] } {
  const { layers, width, inner, pieces, places } = shape;
  const matrices: TensorPart[] = [{ name: 'words', rows: pieces, columns: width }];
  const vectors: TensorPart[] = [{ name: 'places', rows: 0, columns: places * width }];
  const vector = (name: string, columns: number): void => void vectors.push({ name, rows: 0, columns });
  const norm = (name: string): void => {
    vector(`${name}/gain`, width);
    vector(`${name}/shift`, width);
  };
  norm('norm');
  for (let layer = 0; layer < layers; layer++) {
    for (const [name, outputs, inputs] of [['qkv', 3 * width, width], ['attention', width, width], ['up', inner, width], ['down', width, inner]] as const) {
      matrices.push({ name: `${layer}/${name}/weight`, rows: outputs, columns: inputs });
      vector(`${layer}/${name}/bias`, outputs);
    }
    norm(`${layer}/norm1`);
    norm(`${layer}/norm2`);
  }
  vector('heads/weight', pooledSize(shape) * OUTPUT_SIZE);
  vector('heads/bias', OUTPUT_SIZE);
  return { matrices, vectors };
}

/** Bytes of an encoder's file before it is packed, and where its float32 numbers begin. */
export function layoutOf(shape: EncoderShape): { floatsFrom: number; bytes: number } {
  const { matrices, vectors } = tensorParts(shape);
  const levels = matrices.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const floats = matrices.reduce((sum, { rows }) => sum + rows, 0) + vectors.reduce((sum, { columns }) => sum + columns, 0);
  const floatsFrom = Math.ceil(levels / 4) * 4;
  return { floatsFrom, bytes: floatsFrom + 4 * floats };
}
