import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../../models/package-root.ts';

/** Each built-in pack and its files. */
export function packFiles(): [pack: string, files: string[]][] {
  const folder = join(findPackageRoot(), 'alerts', 'rules', 'packs');
  return readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort().map((name) => [name.slice(0, -'.yaml'.length), [join(folder, name)]]);
}
