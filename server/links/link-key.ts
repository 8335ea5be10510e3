import { createHash, randomBytes } from 'node:crypto';
import type { KeyValue } from '../../stream/ports.ts';

const KEY_BYTES = 32;
const KEY = 'key';

/** The key of links: from TOCSIN_LINK_KEY, else made once and kept in a bucket, so that every process has the same one. */
export async function loadLinkKey(setting: string | undefined, bucket: KeyValue): Promise<Buffer> {
  if (setting !== undefined) return createHash('sha256').update(setting).digest();
  const made = randomBytes(KEY_BYTES);
  if (await bucket.create(KEY, made.toString('base64url'))) return made;
  return Buffer.from((await bucket.entries()).get(KEY) ?? '', 'base64url');
}
