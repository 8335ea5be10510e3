/** One way to keep a column. */
export interface Candidate {
  type: string;
  /** Inside of CODEC(…). */
  codec: string;
}

/** A column as the store has it. */
export interface StoredColumn extends Candidate {
  name: string;
}

const GENERAL = ['NONE', 'LZ4', 'LZ4HC(9)', 'ZSTD(1)', 'ZSTD(3)', 'ZSTD(6)'];

/** The way that a column is kept, first, and what else its type allows. */
export function candidatesOf({ type, codec }: StoredColumn): Candidate[] {
  const others = [...codecsFor(type).map((each) => ({ type, codec: each })), ...typesFor(type)];
  return [{ type, codec }, ...others.filter((other) => other.type !== type || other.codec !== codec)];
}

function codecsFor(type: string): string[] {
  const inner = type.replace(/^Nullable\((.*)\)$/, '$1').replace(/^SimpleAggregateFunction\(sum, (.*)\)$/, '$1');
  if (/^(DateTime64|DateTime|U?Int(16|32|64))/.test(inner)) {
    return [...GENERAL, 'Delta, LZ4', 'Delta, ZSTD(1)', 'Delta, ZSTD(3)', 'DoubleDelta, ZSTD(1)', 'T64, LZ4', 'T64, ZSTD(1)', 'Gorilla, ZSTD(1)'];
  }
  if (/^Float/.test(inner)) return [...GENERAL, 'Gorilla, LZ4', 'Gorilla, ZSTD(1)', 'FPC, ZSTD(1)'];
  if (/^(Bool|UInt8)/.test(inner)) return [...GENERAL, 'T64, LZ4', 'T64, ZSTD(1)'];
  return GENERAL;
}

function typesFor(type: string): Candidate[] {
  if (type.includes('LowCardinality')) return [{ type: type.replace('LowCardinality(String)', 'String'), codec: 'ZSTD(1)' }];
  if (type === 'String' || type === 'Array(String)') return [{ type: type.replace('String', 'LowCardinality(String)'), codec: 'ZSTD(1)' }];
  return [];
}

/** What a candidate took of one column. */
export interface Tried extends Candidate {
  bytesAnItem: number;
  readNsAnItem: number;
  writeNsAnItem: number;
}

/** Below this a column is too small to be worth another thought. */
const BYTES_SAVED_MIN = 0.1;
const TIME_FACTOR_MAX = 1.5;
const READ_NS_SAVED_MIN = 2;

/**
 * The candidate that is clearly better than what is there (the first): an eighth and a tenth of a byte less with no more than half as much time again to
 * read and to write, or two nanoseconds and a third less to read with no more bytes. Null where none is.
 */
export function clearlyBetter([adopted, ...others]: readonly Tried[]): Tried | null {
  if (adopted === undefined) return null;
  const better = others.filter((other) => {
    const saved = adopted.bytesAnItem - other.bytesAnItem;
    const isSmaller = saved >= BYTES_SAVED_MIN && saved >= adopted.bytesAnItem / 8;
    const isNoSlower = other.readNsAnItem <= adopted.readNsAnItem * TIME_FACTOR_MAX + READ_NS_SAVED_MIN && other.writeNsAnItem <= adopted.writeNsAnItem * TIME_FACTOR_MAX + READ_NS_SAVED_MIN;
    const isQuicker = adopted.readNsAnItem - other.readNsAnItem >= READ_NS_SAVED_MIN && other.readNsAnItem <= adopted.readNsAnItem / TIME_FACTOR_MAX;
    return (isSmaller && isNoSlower) || (isQuicker && saved >= 0);
  });
  return better.sort((a, b) => a.bytesAnItem - b.bytesAnItem)[0] ?? null;
}
