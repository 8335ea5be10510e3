import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../server/app/package-root.ts';

/** A new data folder with that many items of a year, made by `tocsin generate`, which says how it gets on. Ends the program where that fails. */
export function filledFolder(items: number, isJson: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  const command = [join(packageRoot(), 'bin', 'tocsin.cjs'), 'generate', '--items', String(items), '--data-dir', folder, ...(isJson ? ['--json'] : [])];
  const { status } = spawnSync(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return folder;
  rmSync(folder, { recursive: true, force: true });
  process.exit(status ?? 1);
}
