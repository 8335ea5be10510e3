import type { AlertEvent } from '../../core/alert.ts';
import type { JournalEntry } from '../../alerts/incidents/journal.ts';
import type { LabelRecord } from '../../core/label.ts';
import type { Operation } from '../../core/operation.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import { corrupt, decodeTextFrame, encodeTextFrame, isObject, parseItems } from './text-frame.ts';

/** An entry that a stage could not handle, kept with the reason so that it can be replayed. */
export interface DeadLetter {
  /** Where it stood: log and sequence. */
  log: string;
  sequence: number;
  stage: string;
  /** In words without secrets. */
  reason: string;
  atMs: number;
  /** The entry's bytes, base64. */
  bytes: string;
}

/** Stands behind a dead letter on the same log once it was tried again with success. */
export interface ReplayedLetter {
  /** The letter's own sequence on the dead-letter log. */
  letter: number;
  atMs: number;
  /** How many items went on their way again. */
  items: number;
}

/** What the logs of single JSON records hold. */
export interface Records {
  alert: AlertEvent;
  operation: Operation;
  journal: JournalEntry;
  delivery: DeliveryRecord;
  label: LabelRecord;
  dead: DeadLetter;
  replayed: ReplayedLetter;
}

/** Fields that a record of each kind must have as text; the rest is the writer's word. */
const TEXT_FIELDS: { [K in keyof Records]: readonly (keyof Records[K] & string)[] } = {
  alert: ['id', 'alertId', 'workspace', 'ruleId', 'kind'],
  operation: ['id', 'actor', 'way'],
  journal: ['writer'],
  delivery: ['idempotencyKey', 'alertId', 'eventId', 'channelId', 'outcome'],
  label: ['id', 'workspace', 'feedbackId', 'text', 'by'],
  dead: ['log', 'stage', 'reason', 'bytes'],
  replayed: [],
};

/** A frame of one item, in the same format as the others. */
export function encodeJson<K extends keyof Records>(kind: K, record: Records[K]): Uint8Array {
  return encodeTextFrame(kind, {}, [JSON.stringify(record)]);
}

/** @throws TocsinError `frame_corrupt` for bytes that are not one whole record of this kind. */
export function decodeJson<K extends keyof Records>(kind: K, bytes: Uint8Array): Records[K] {
  const frame = decodeTextFrame(bytes);
  if (frame.kind !== kind) throw corrupt(`it is of kind "${frame.kind}" and "${kind}" is expected`);
  const items = parseItems(frame);
  if (items.length !== 1) throw corrupt(`it holds ${items.length} records and one is expected`);
  const [record] = items;
  if (!isObject(record)) throw corrupt('its record is not an object');
  for (const field of TEXT_FIELDS[kind]) {
    if (typeof record[field] !== 'string') throw corrupt(`its record has no ${field}`);
  }
  return record as unknown as Records[K];
}
