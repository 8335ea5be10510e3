import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBaseline, type Baseline } from './baseline.ts';
import type { Size } from './command.ts';
import type { Figure } from './figures.ts';
import type { About } from './machine.ts';

/** The accepted run of this size; null where there is none yet. @throws SyntaxError for a file that is no JSON */
export async function readBaseline(folder: string, size: Size): Promise<Baseline | null> {
  const text = await readFile(fileOf(folder, size), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : (JSON.parse(text) as Baseline);
}

/** @returns the file that it stands in */
export async function writeBaseline(folder: string, size: Size, figures: readonly Figure[], { machine, revision, atIso }: About): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(fileOf(folder, size), `${JSON.stringify(toBaseline(figures, { machine, revision, atIso }), null, 1)}\n`);
  return fileOf(folder, size);
}

function fileOf(folder: string, size: Size): string {
  return join(folder, `${size}.json`);
}
