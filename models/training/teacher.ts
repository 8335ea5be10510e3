import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import { findPackageRoot } from '../package-root.ts';

/** Bytes of one opinion: hash of the text (uint32, little-endian), then negative, neutral, positive, complaint, implicit in 255ths. */
export const RECORD_BYTES = 9;

export interface Opinion {
  /** Negative, neutral, positive; sums to 1. */
  sentiment: Float32Array;
  complaint: number;
  implicit: number;
}

/** FNV-1a over UTF-16 units, mixed; the teacher's file names texts by it alone. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Feedback as a larger model sees it; the small model learns from its doubts as well as from the labels. */
export interface Teacher {
  readonly size: number;
  has(text: string): boolean;
  opinionOf(text: string): Opinion | null;
}

/** Reads the committed opinions (models/training/teacher.bin, made by models/teacher/); none when the file is not there. */
export function readTeacher(path: string = join(findPackageRoot(), 'models', 'training', 'teacher.bin')): Teacher {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  if (bytes.length % RECORD_BYTES !== 0) throw new TocsinError('input_unreadable', `${path} is cut short: ${bytes.length} bytes.`);
  const places = new Map<number, number>();
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) places.set(bytes.readUInt32LE(at), at + 4);
  return {
    size: places.size,
    has: (text) => places.has(hashText(text)),
    opinionOf: (text) => {
      const at = places.get(hashText(text));
      if (at === undefined) return null;
      const parts = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
      const sum = (parts[0] ?? 0) + (parts[1] ?? 0) + (parts[2] ?? 0);
      return {
        sentiment: Float32Array.from(parts, (part) => (sum === 0 ? 1 / 3 : part / sum)),
        complaint: (bytes[at + 3] ?? 0) / 255,
        implicit: (bytes[at + 4] ?? 0) / 255,
      };
    },
  };
}
