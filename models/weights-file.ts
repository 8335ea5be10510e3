import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EncoderWeights } from './encoder.ts';
import type { FileStatement } from './model-files.ts';
import { corrupt, describeFile, fileSchema, MANIFEST, perOutput, readChecked, readManifest } from './model-files.ts';
import { denseLayout } from './shape.ts';
import { Vocabulary } from './vocabulary.ts';

const FORMAT = 1;

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** What reads the folder; see open-engine.ts. */
  kind: z.literal('ngrams').default('ngrams'),
  version: z.string().min(1),
  shape: z.strictObject({
    vocabulary: z.int().positive(),
    dimensions: z.int().positive().max(512),
    pools: z.int().nonnegative().max(64),
    hidden: z.int().positive().max(4096),
  }),
  tableScale: z.number().positive(),
  /** Calibrated logit = logit × scale + shift, output by output. */
  calibration: z.strictObject({ scale: perOutput, shift: perOutput }),
  files: z.strictObject({ 'vocabulary.bin': fileSchema, 'table.bin': fileSchema, 'dense.bin': fileSchema }),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type FileName = keyof Manifest['files'];

export interface StoredModel {
  manifest: Manifest;
  weights: EncoderWeights;
}

function readSized(modelDir: string, name: FileName, manifest: Manifest, bytesWanted: number): ArrayBuffer {
  const path = join(modelDir, name);
  const bytes = readChecked(path, manifest.files[name]);
  if (bytes.byteLength !== bytesWanted) throw corrupt(path, `its shape needs ${bytesWanted} bytes, it has ${bytes.byteLength}`);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** Reads a model folder. Throws `model_corrupt`, naming the file and what is wrong with it. Numbers are little-endian. */
export function readModel(modelDir: string): StoredModel {
  const manifest = readManifest(modelDir, manifestSchema);
  const { shape } = manifest;
  const hashes = new Uint32Array(readSized(modelDir, 'vocabulary.bin', manifest, shape.vocabulary * 4));
  const table = new Int8Array(readSized(modelDir, 'table.bin', manifest, shape.vocabulary * shape.dimensions));
  const dense = new Float32Array(readSized(modelDir, 'dense.bin', manifest, denseLayout(shape).size * 4));
  if (!dense.every(Number.isFinite)) throw corrupt(join(modelDir, 'dense.bin'), 'it holds a number that is not finite');
  return { manifest, weights: { shape, vocabulary: new Vocabulary(hashes), table, tableScale: manifest.tableScale, dense } };
}

/** Writes a model folder; the version is the name and the first digits of its contents' checksum. */
export function writeModel(modelDir: string, name: string, weights: EncoderWeights, calibration: Manifest['calibration']): Manifest {
  mkdirSync(modelDir, { recursive: true });
  const contents: Record<FileName, Uint8Array> = {
    'vocabulary.bin': new Uint8Array(weights.vocabulary.hashes.buffer, weights.vocabulary.hashes.byteOffset, weights.vocabulary.hashes.byteLength),
    'table.bin': new Uint8Array(weights.table.buffer, weights.table.byteOffset, weights.table.byteLength),
    'dense.bin': new Uint8Array(weights.dense.buffer, weights.dense.byteOffset, weights.dense.byteLength),
  };
  const whole = createHash('sha256').update(JSON.stringify(calibration));
  const describe = (file: FileName): FileStatement => {
    const bytes = contents[file];
    writeFileSync(join(modelDir, file), bytes);
    whole.update(bytes);
    return describeFile(bytes);
  };
  const files = { 'vocabulary.bin': describe('vocabulary.bin'), 'table.bin': describe('table.bin'), 'dense.bin': describe('dense.bin') };
  const manifest: Manifest = {
    format: FORMAT,
    kind: 'ngrams',
    version: `${name}-${whole.digest('hex').slice(0, 8)}`,
    shape: weights.shape,
    tableScale: weights.tableScale,
    calibration,
    files,
  };
  writeFileSync(join(modelDir, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest;
}
