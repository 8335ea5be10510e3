import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

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

const TRIED_BYTES = 1_048_576;

/** Writes a file of a mebibyte into a folder and removes it. @returns what kept it from that; undefined: nothing */
export function tryFolder(folder: string): NodeJS.ErrnoException | undefined {
  const file = join(folder, `tried-${process.pid}`);
  try {
    writeFileSync(file, Buffer.alloc(TRIED_BYTES));
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  } finally {
    if (existsSync(file)) rmSync(file, { force: true });
  }
}
