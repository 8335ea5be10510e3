import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { OUTPUT_SIZE } from '../../heads.ts';
import { createRandom } from '../../training/random.ts';
import { layoutOf } from '../shape.ts';
import type { EncoderShape } from '../shape.ts';
import { SPECIAL_PIECES } from '../word-pieces.ts';

const TINY_PIECES: readonly string[] = [...SPECIAL_PIECES, '太', '慢', '了', '好', 'slow', '##er', 'good'];
export const TINY_SHAPE: EncoderShape = { pieces: TINY_PIECES.length, places: 16, layers: 2, width: 8, heads: 2, inner: 12 };

/** Bytes of an encoder with random weights, laid out as a file is before it is packed. */
export function randomEncoder(seed: number): Uint8Array<ArrayBuffer> {
  const random = createRandom(seed);
  const { floatsFrom, bytes } = layoutOf(TINY_SHAPE);
  const out = new Uint8Array(bytes);
  new Int8Array(out.buffer, 0, floatsFrom).forEach((_, at, levels) => {
    levels[at] = Math.floor(random() * 31) - 15;
  });
  new Float32Array(out.buffer, floatsFrom).forEach((_, at, floats) => {
    floats[at] = random() - 0.3;
  });
  return out;
}

/** Writes a model folder of one tiny Chinese encoder beside the n-gram model that `fast` names. */
export function writeTinyModel(modelDir: string, fast: string): void {
  mkdirSync(modelDir, { recursive: true });
  const describe = (name: string, content: Uint8Array): { bytes: number; sha256: string } => {
    writeFileSync(join(modelDir, name), content);
    return { bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') };
  };
  const half = new Array<number>(OUTPUT_SIZE).fill(0.5);
  const manifest = {
    format: 1, kind: 'encoders', version: 'accurate-tiny', fast, askBelow: 2,
    encoders: {
      zh: {
        shape: TINY_SHAPE, tokens: { tokensMax: 16, tailTokens: 4, wideMarks: true }, blend: { fast: half, encoder: half, shift: new Array<number>(OUTPUT_SIZE).fill(0) },
        pieces: describe('zh.pieces.txt', Buffer.from(`${TINY_PIECES.join('\n')}\n`)),
        weights: describe('zh.bin.br', brotliCompressSync(randomEncoder(7))),
      },
    },
  };
  writeFileSync(join(modelDir, 'manifest.json'), JSON.stringify(manifest));
}
