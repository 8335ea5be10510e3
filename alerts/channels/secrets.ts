import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import { API_SECRET_PREFIX, parseSecretRef } from './config/secret-ref.ts';

const SECRET_BYTES_MAX = 16 * 1024;

/** Who wrote a reference: the operator's own file may name any variable and file, a call of the API only those set aside for it. */
export type SecretReach = 'anything' | 'set-aside';

export interface SecretsOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** Folder in which files named over the API must lie. */
  folder: string;
}

/** Turns `env:NAME` and `file:PATH` into what stands there. Errors name the reference and never what was read. */
export class Secrets {
  readonly #options: SecretsOptions;

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  /** @throws TocsinError `invalid_channel` when there is nothing, or it is out of reach. */
  read(text: string, reach: SecretReach): string {
    const ref = parseSecretRef(text);
    if (ref === null) throw unreadable('a secret', 'is no env:NAME or file:PATH');
    if (reach === 'set-aside') this.#expectSetAside(text);
    const value = ref.from === 'env' ? this.#options.env[ref.name] : readSmallFile(ref.path, text);
    const trimmed = value?.trim() ?? '';
    if (trimmed === '') throw unreadable(text, ref.from === 'env' ? 'is not set' : 'is empty');
    return trimmed;
  }

  /** @throws TocsinError `invalid_channel` for a reference that a call of the API may not make. */
  #expectSetAside(text: string): void {
    const ref = parseSecretRef(text);
    if (ref?.from === 'env' && !ref.name.startsWith(API_SECRET_PREFIX)) {
      throw unreadable(text, `cannot be used over the API: variables for channels made there begin with ${API_SECRET_PREFIX}`);
    }
    if (ref?.from === 'file' && !resolve(ref.path).startsWith(`${resolve(this.#options.folder)}/`)) {
      throw unreadable(text, 'cannot be used over the API: files for channels made there lie in TOCSIN_SECRETS_DIR');
    }
  }
}

function readSmallFile(path: string, ref: string): string {
  try {
    if (statSync(path).size > SECRET_BYTES_MAX) throw unreadable(ref, `is larger than ${SECRET_BYTES_MAX} bytes`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof TocsinError) throw error;
    throw unreadable(ref, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}

function unreadable(ref: string, why: string): TocsinError {
  return new TocsinError('invalid_channel', `${ref} ${why}.`);
}
