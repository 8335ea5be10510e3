import { createHash } from 'node:crypto';

const ID_CHARS = 24;

/**
 * An id for an item that came without one: the same file name, line number and content give the same id, so that sending
 * it again, or replaying the file again, counts it once. Letters only: nothing in it can be taken for a phone number.
 */
export function deriveId(fileName: string, line: number, content: string): string {
  const hex = createHash('sha256').update(`${fileName}\n${line}\n${content}`).digest('hex').slice(0, ID_CHARS);
  return hex.replace(/[0-9]/g, (digit) => String.fromCharCode(0x67 + Number(digit)));
}
