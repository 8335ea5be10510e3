import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEncoders } from './encoder-files.ts';
import { TINY_SHAPE, writeTinyModel } from './testing/tiny-model.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-encoders-'));
  writeTinyModel(folder, 'fast-00000000');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function edit(change: (manifest: { encoders: { zh: { shape: { pieces: number; layers: number }; tokens: { tokensMax: number } } } }) => void): void {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Parameters<typeof change>[0];
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
}

describe('a folder of encoders', () => {
  it('is read as it was written', () => {
    const { manifest, encoders } = readEncoders(folder);
    expect(manifest.fast).toBe('fast-00000000');
    expect(encoders.zh?.tensors.shape).toEqual(TINY_SHAPE);
    expect(encoders.zh?.tensors.matrix('1/down/weight')).toMatchObject({ rows: TINY_SHAPE.width, columns: TINY_SHAPE.inner });
    expect(encoders.zh?.pieces.encode('太慢了')).toEqual([2, 4, 5, 6, 3]);
    expect(encoders.en).toBeUndefined();
  });

  it.each([
    ['a file cut short', () => truncateSync(join(folder, 'zh.bin.br'), 40), /zh\.bin\.br.*40 bytes, the manifest says/],
    ['a missing file', () => rmSync(join(folder, 'zh.pieces.txt')), /zh\.pieces\.txt.*it is missing/],
    ['a byte turned', () => {
      const path = join(folder, 'zh.bin.br');
      const bytes = readFileSync(path);
      bytes[20]! ^= 1;
      writeFileSync(path, bytes);
    }, /zh\.bin\.br.*SHA-256/],
    ['no manifest', () => rmSync(join(folder, 'manifest.json')), /manifest\.json.*it is missing/],
    ['a manifest that is no JSON', () => writeFileSync(join(folder, 'manifest.json'), '{'), /manifest\.json.*not JSON/],
    ['a shape of more layers than the file has', () => edit(({ encoders }) => void (encoders.zh.shape.layers = 3)), /zh\.bin\.br.*its shape needs/],
    ['a shape of more pieces than the list has', () => edit(({ encoders }) => void (encoders.zh.shape.pieces = 12)), /zh\.pieces\.txt.*needs 12 pieces/],
    ['more tokens than places', () => edit(({ encoders }) => void (encoders.zh.tokens.tokensMax = 17)), /tokensMax of zh/],
    ['a width of nought', () => edit(({ encoders }) => void Object.assign(encoders.zh.shape, { width: 0 })), /encoders\.zh\.shape\.width/],
  ])('with %s is refused, naming the file', (_, spoil, sentence) => {
    spoil();
    expect(() => readEncoders(folder)).toThrow(sentence);
    expect(() => readEncoders(folder)).toThrow(expect.objectContaining({ code: 'model_corrupt' }));
  });
});
