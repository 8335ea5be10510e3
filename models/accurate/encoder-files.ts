import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { corrupt, fileSchema, MANIFEST, perOutput, readChecked, readManifest } from '../model-files.ts';
import type { Blend } from './blend.ts';
import { readTensors } from './encoder-weights.ts';
import type { EncoderTensors } from './encoder-weights.ts';
import type { EncoderLanguage } from './encoders.ts';
import { layoutOf } from './shape.ts';
import { WordPieces } from './word-pieces.ts';

const FORMAT = 1;

const size = (max: number): z.ZodInt => z.int().positive().max(max);

const encoderSchema = z.strictObject({
  shape: z.strictObject({ pieces: size(65_535), places: size(512), layers: size(48), width: size(4_096), heads: size(64), inner: size(16_384) }),
  tokens: z.strictObject({ tokensMax: size(512), tailTokens: z.int().nonnegative().max(510), wideMarks: z.boolean() }),
  blend: z.strictObject({ fast: perOutput, encoder: perOutput, shift: perOutput }),
  pieces: fileSchema,
  weights: fileSchema,
});

export const encoderManifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  kind: z.literal('encoders'),
  version: z.string().min(1),
  /** Version of the n-gram model that the answers are blended with; it stands in the folder `fast` beside this one. */
  fast: z.string().min(1),
  /** An encoder is asked where the n-gram model gives its likeliest sentiment less than this; above 1: always. */
  askBelow: z.number().min(0),
  encoders: z.partialRecord(z.enum(['zh', 'en']), encoderSchema),
});

export type EncoderManifest = z.infer<typeof encoderManifestSchema>;

export interface StoredEncoder {
  tensors: EncoderTensors;
  pieces: WordPieces;
  blend: Blend;
}

export interface StoredEncoders {
  manifest: EncoderManifest;
  encoders: Partial<Record<EncoderLanguage, StoredEncoder>>;
}

/** Brotli makes few levels small; a fresh buffer begins where float32 numbers may. */
function unpack(path: string, packed: Buffer, bytesWanted: number): Uint8Array<ArrayBuffer> {
  let bytes: Buffer;
  try {
    bytes = brotliDecompressSync(packed, { maxOutputLength: bytesWanted });
  } catch (cause) {
    throw corrupt(path, `it does not unpack to ${bytesWanted} bytes (${(cause as Error).message})`, cause);
  }
  if (bytes.byteLength !== bytesWanted) throw corrupt(path, `its shape needs ${bytesWanted} bytes, it holds ${bytes.byteLength}`);
  return new Uint8Array(bytes);
}

/** Reads a model folder of encoders. Throws `model_corrupt`, naming the file and what is wrong with it. */
export function readEncoders(modelDir: string): StoredEncoders {
  const manifest = readManifest(modelDir, encoderManifestSchema);
  const encoders: Partial<Record<EncoderLanguage, StoredEncoder>> = {};
  for (const [language, stated] of Object.entries(manifest.encoders) as [EncoderLanguage, NonNullable<EncoderManifest['encoders'][EncoderLanguage]>][]) {
    const { shape } = stated;
    const piecesPath = join(modelDir, `${language}.pieces.txt`);
    const pieces = readChecked(piecesPath, stated.pieces).toString('utf8').trimEnd().split('\n');
    if (pieces.length !== shape.pieces) throw corrupt(piecesPath, `its shape needs ${shape.pieces} pieces, it has ${pieces.length}`);
    const path = join(modelDir, `${language}.bin.br`);
    const tensors = readTensors(shape, unpack(path, readChecked(path, stated.weights), layoutOf(shape).bytes));
    if (!tensors.isFinite()) throw corrupt(path, 'it holds a number that is not finite');
    if (stated.tokens.tokensMax > shape.places) throw corrupt(join(modelDir, MANIFEST), `tokensMax of ${language} is more than its ${shape.places} places`);
    encoders[language] = { tensors, pieces: new WordPieces(pieces, stated.tokens), blend: stated.blend };
  }
  return { manifest, encoders };
}
