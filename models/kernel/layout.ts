import { NGRAM_MAX } from '../text/tokenizer.ts';
import { HASHES_TOGETHER } from './hash-index.ts';

export interface KernelShape {
  /** Rows of the table. */
  vocabulary: number;
  /** Numbers per row: a multiple of 8. */
  dimensions: number;
  pools: number;
  /** Units of the hidden layer. */
  hidden: number;
  unitsMax: number;
  /** Features of one text. */
  rowsMax: number;
}

/** Of the attention, a unit with less moves no decision. */
export const ATTENTION_MIN = 1e-4;
/** Rows that may be added up in 16 bits: 258 × 127 is below 32,768. */
export const ROWS_PER_UNIT_MAX = 258;

/** Where everything stands in the kernel's memory, in bytes. */
export interface Layout {
  table: number;
  bias: number;
  queries: number;
  features: number;
  /** [unitsMax] int32: where the features of a unit end. */
  featureEnd: number;
  /** [vocabulary + HASHES_TOGETHER] uint32, ascending; the last one stands several times. */
  hashes: number;
  /** See hash-index.ts. */
  blocks: number;
  buckets: number;
  /** [rowsMax] known features: a row of the table × 8 + how many units it covers. */
  rows: number;
  /** [unitsMax] int32: where the rows of a unit end, as an address. */
  rowEnd: number;
  /** [unitsMax, dimensions] float32 after the rectifier. */
  unit: number;
  /** [unitsMax, pools] float32. */
  attention: number;
  /** Sum, maximum and pools as the network takes them: [2 + pools, dimensions] float32. */
  pooled: number;
  /** [dimensions] int32: the unit of each maximum, −1 for none. */
  bestAt: number;
  /** [unitsMax, words] uint32: which numbers of a unit are above 0. */
  masks: number;
  /** [2 + pools, dimensions] float32. */
  slopes: number;
  /** See slopeParts. */
  direct: number;
  through: number;
  /** [hidden] int32: addresses of the rows of `through` that are added. */
  open: number;
  /** [dimensions] float32: of the unit at hand, as its rows are weighed. In memory, because it is more than the registers hold. */
  slope: number;
  /** [NGRAM_MAX - 1 + unitsMax] float32: how much each unit moved. The first are of no unit and stay 0. */
  contributions: number;
  /** See sharesByCovers. */
  shares: number;
  /** One number that says nothing: where rows are only called into the cache. */
  spare: number;
  bytes: number;
}

/** `index`: how many blocks and buckets the look-up has. */
export function layOut(shape: KernelShape, index: { blocks: number; buckets: number }): Layout {
  let at = 0;
  const place = (bytes: number): number => {
    const from = at;
    at += Math.ceil(bytes / 64) * 64;
    return from;
  };
  const row = shape.dimensions * 4;
  return {
    table: place(shape.vocabulary * shape.dimensions),
    bias: place(row),
    queries: place(shape.pools * row),
    features: place(shape.rowsMax * 4),
    featureEnd: place(shape.unitsMax * 4),
    hashes: place((shape.vocabulary + HASHES_TOGETHER) * 4),
    blocks: place(index.blocks * 4),
    buckets: place(index.buckets),
    rows: place(shape.rowsMax * 4),
    rowEnd: place(shape.unitsMax * 4),
    unit: place(shape.unitsMax * row),
    attention: place(shape.pools * shape.unitsMax * 4),
    pooled: place((2 + shape.pools) * row),
    bestAt: place(row),
    masks: place(shape.unitsMax * maskWords(shape.dimensions) * 4),
    slopes: place((2 + shape.pools) * row),
    direct: place((2 + shape.pools) * row),
    through: place(shape.hidden * (2 + shape.pools) * row),
    open: place(shape.hidden * 4),
    slope: place(row),
    contributions: place((NGRAM_MAX - 1 + shape.unitsMax) * 4),
    shares: place((NGRAM_MAX + 1) * 16),
    spare: place(16),
    bytes: at,
  };
}

/** Words of 32 bits that hold one bit per dimension. */
export function maskWords(dimensions: number): number {
  return Math.ceil(dimensions / 32);
}
