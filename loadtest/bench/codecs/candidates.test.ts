import { describe, expect, it } from 'vitest';
import { candidatesOf, clearlyBetter, type Tried } from './candidates.ts';

const tried = (codec: string, bytesAnItem: number, readNsAnItem: number, writeNsAnItem: number): Tried => ({ type: 'String', codec, bytesAnItem, readNsAnItem, writeNsAnItem });

describe('the codecs that are tried', () => {
  it('are the one that the column has first, then others that fit its type, each once', () => {
    const codecs = candidatesOf({ name: 'created_at', type: "DateTime64(3, 'UTC')", codec: 'Delta, ZSTD(1)' });
    expect(codecs[0]).toEqual({ type: "DateTime64(3, 'UTC')", codec: 'Delta, ZSTD(1)' });
    expect(new Set(codecs.map(({ type, codec }) => `${type} ${codec}`)).size).toBe(codecs.length);
    expect(codecs.map(({ codec }) => codec)).toContain('DoubleDelta, ZSTD(1)');
    expect(candidatesOf({ name: 'a', type: 'Float32', codec: 'LZ4' }).map(({ codec }) => codec)).toContain('Gorilla, ZSTD(1)');
    expect(candidatesOf({ name: 'b', type: 'LowCardinality(String)', codec: 'LZ4' }).at(-1)).toEqual({ type: 'String', codec: 'ZSTD(1)' });
  });

  it.each<[string, Tried[], string | null]>([
    ['much smaller and as quick', [tried('LZ4', 4, 10, 50), tried('ZSTD(1)', 2, 12, 60)], 'ZSTD(1)'],
    ['smaller, but read in twice the time', [tried('LZ4', 4, 10, 50), tried('ZSTD(6)', 2, 20, 60)], null],
    ['smaller, but written in twice the time', [tried('LZ4', 4, 10, 50), tried('ZSTD(6)', 2, 10, 110)], null],
    ['a little smaller', [tried('LZ4', 4, 10, 50), tried('ZSTD(1)', 3.8, 10, 50)], null],
    ['a third of nearly nothing', [tried('LZ4', 0.12, 10, 50), tried('ZSTD(1)', 0.08, 10, 50)], null],
    ['no larger and read in half the time', [tried('ZSTD(1)', 4, 20, 50), tried('LZ4', 4, 10, 50)], 'LZ4'],
    ['larger, however quick', [tried('ZSTD(1)', 4, 20, 50), tried('NONE', 4.1, 5, 50)], null],
    ['the smallest of two that are better', [tried('LZ4', 4, 10, 50), tried('ZSTD(1)', 3, 10, 50), tried('ZSTD(3)', 2, 10, 50)], 'ZSTD(3)'],
  ])('%s', (_name, all, expected) => {
    expect(clearlyBetter(all)?.codec ?? null).toBe(expected);
  });
});
