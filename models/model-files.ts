import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TocsinError } from '../core/errors.ts';
import { OUTPUT_SIZE } from './heads.ts';

export const MANIFEST = 'manifest.json';

/** What a manifest says of a file beside it. */
export const fileSchema = z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string().length(64) });
export type FileStatement = z.infer<typeof fileSchema>;

/** One number for each output of the network. */
export const perOutput = z.array(z.number()).length(OUTPUT_SIZE);

/** The error of a file that cannot be used; `what` completes a sentence. */
export function corrupt(path: string, what: string, cause?: unknown): TocsinError {
  return new TocsinError('model_corrupt', `The model file ${path} cannot be used: ${what}.`, { cause });
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw corrupt(path, (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is missing' : (cause as Error).message, cause);
  }
}

/** Size and checksum, as a manifest states them. */
export function describeFile(bytes: Uint8Array): FileStatement {
  return { bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A model folder's manifest. Throws `model_corrupt`, naming the field that does not fit. */
export function readManifest<T>(modelDir: string, schema: z.ZodType<T>): T {
  const path = join(modelDir, MANIFEST);
  let json: unknown;
  try {
    json = JSON.parse(readBytes(path).toString('utf8'));
  } catch (cause) {
    if (cause instanceof TocsinError) throw cause;
    throw corrupt(path, 'it is not JSON', cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw corrupt(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown shape'}`);
}

/** A file's bytes. Throws `model_corrupt` where it is missing or another than the manifest states. */
export function readChecked(path: string, stated: FileStatement): Buffer {
  const bytes = readBytes(path);
  const found = describeFile(bytes);
  if (found.bytes !== stated.bytes) throw corrupt(path, `it has ${found.bytes} bytes, the manifest says ${stated.bytes}`);
  if (found.sha256 !== stated.sha256) throw corrupt(path, `its SHA-256 is ${found.sha256.slice(0, 12)}…, the manifest says ${stated.sha256.slice(0, 12)}…`);
  return bytes;
}
