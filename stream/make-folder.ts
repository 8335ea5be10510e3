import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing, each with `mode`; one that is there is left as it is.
 * Node's own `recursive` never ends where a parent is there but takes no folder and says ENOENT, as `/proc` does.
 * @throws NodeJS.ErrnoException of the first folder that cannot be made
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let place = resolve(folder); !existsSync(place) && place !== dirname(place); place = dirname(place)) missing.unshift(place);
  for (const place of missing) {
    try {
      mkdirSync(place, { mode });
    } catch (error) {
      // Another start may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(place)) throw error;
    }
  }
}
