import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import { folderAdvice, folderReason } from '../../stream/folder-trouble.ts';
import { makeFolder } from '../../stream/make-folder.ts';
import { toHashKey, type HashKey } from '../admission/keyed-hash.ts';
import type { Settings } from '../config/settings.ts';

const KEY_BYTES = 16;

/**
 * The key by which the same phone gives the same hash: from TOCSIN_MASK_KEY, else made once and kept in the data folder.
 * @throws TocsinError `data_dir_unusable` when it can be neither read nor written
 */
export async function loadMaskKey({ TOCSIN_MASK_KEY, TOCSIN_DATA_DIR }: Pick<Settings, 'TOCSIN_MASK_KEY' | 'TOCSIN_DATA_DIR'>): Promise<HashKey> {
  if (TOCSIN_MASK_KEY !== undefined) return toHashKey(createHash('sha256').update(TOCSIN_MASK_KEY).digest().subarray(0, KEY_BYTES));
  const file = join(TOCSIN_DATA_DIR, 'mask.key');
  try {
    makeFolder(TOCSIN_DATA_DIR);
    // `wx` fails when it is there already: two starts at once end up with the same key.
    await writeFile(file, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    return toHashKey(await readFile(file));
  } catch (cause) {
    throw new TocsinError('data_dir_unusable', `The mask key ${file} can be neither read nor made: ${folderReason(cause)}. ${folderAdvice(cause)}`, { cause });
  }
}
