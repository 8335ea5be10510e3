import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { defaultDataDir } from '../../../models/train.ts';

/** Real texts from the folder of public data beside the checkout; null without it. */
export function readRealTexts(): string[] | null {
  const path = join(defaultDataDir(), 'replay.jsonl.gz');
  if (!existsSync(path)) return null;
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { text: string }).text);
}
