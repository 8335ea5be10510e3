import type { LogInfo } from '../../stream/ports.ts';

/**
 * Up to which entry a log of the desk may go; null when nothing is to go. Its newest entry always stays: whoever writes
 * next sees there how far it is.
 * @param heldThrough everything up to here is held elsewhere: in every snapshot kept, delivered, in the store
 */
export function decideDeskTrim(heldThrough: number, { firstSequence, lastSequence }: Pick<LogInfo, 'firstSequence' | 'lastSequence'>): number | null {
  const upTo = Math.min(heldThrough, lastSequence - 1);
  return upTo >= firstSequence ? upTo : null;
}
