import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TocsinError } from '../core/errors.ts';
import type { EncoderWeights } from './encoder.ts';
import { OUTPUT_SIZE } from './heads.ts';
import { denseLayout } from './shape.ts';
import { Vocabulary } from './vocabulary.ts';

const MANIFEST = 'manifest.json';
const FORMAT = 1;

const fileSchema = z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string().length(64) });
const perOutput = z.array(z.number()).length(OUTPUT_SIZE);

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

function corrupt(path: string, what: string, cause?: unknown): TocsinError {
  return new TocsinError('model_corrupt', `The model file ${path} cannot be used: ${what}.`, { cause });
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw corrupt(path, (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is missing' : (cause as Error).message, cause);
  }
}

function readManifest(modelDir: string): Manifest {
  const path = join(modelDir, MANIFEST);
  let json: unknown;
  try {
    json = JSON.parse(readBytes(path).toString('utf8'));
  } catch (cause) {
    if (cause instanceof TocsinError) throw cause;
    throw corrupt(path, 'it is not JSON', cause);
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw corrupt(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown shape'}`);
}

function readChecked(modelDir: string, name: FileName, manifest: Manifest, bytesWanted: number): ArrayBuffer {
  const path = join(modelDir, name);
  const bytes = readBytes(path);
  const stated = manifest.files[name];
  if (bytes.byteLength !== stated.bytes) throw corrupt(path, `it has ${bytes.byteLength} bytes, the manifest says ${stated.bytes}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== stated.sha256) throw corrupt(path, `its SHA-256 is ${sha256.slice(0, 12)}…, the manifest says ${stated.sha256.slice(0, 12)}…`);
  if (bytes.byteLength !== bytesWanted) throw corrupt(path, `its shape needs ${bytesWanted} bytes, it has ${bytes.byteLength}`);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** Reads a model folder. Throws `model_corrupt`, naming the file and what is wrong with it. Numbers are little-endian. */
export function readModel(modelDir: string): StoredModel {
  const manifest = readManifest(modelDir);
  const { shape } = manifest;
  const hashes = new Uint32Array(readChecked(modelDir, 'vocabulary.bin', manifest, shape.vocabulary * 4));
  const table = new Int8Array(readChecked(modelDir, 'table.bin', manifest, shape.vocabulary * shape.dimensions));
  const dense = new Float32Array(readChecked(modelDir, 'dense.bin', manifest, denseLayout(shape).size * 4));
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
  const describe = (file: FileName): { bytes: number; sha256: string } => {
    const bytes = contents[file];
    writeFileSync(join(modelDir, file), bytes);
    whole.update(bytes);
    return { bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
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
