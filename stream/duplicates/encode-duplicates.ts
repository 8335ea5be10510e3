import { TocsinError } from '../../core/errors.ts';
import { ByteReader, ByteWriter } from '../windows/bytes.ts';
import type { StateWriter } from '../windows/bytes.ts';
import { BucketTable } from './bucket-table.ts';
import { Campaigns } from './campaigns.ts';
import { completeConfig } from './config.ts';
import type { DuplicateConfig } from './config.ts';
import { CustomerHistory } from './history.ts';
import type { DuplicateNotice } from './notice.ts';
import { Records } from './records.ts';
import { BANDS } from './sketch.ts';
import { SENDERS_PER_ITEM, campaignLimits, createDuplicateState, historyLimits } from './state.ts';
import type { DuplicateState } from './state.ts';

/** "DUPL" as a little-endian number, then the version. */
const MAGIC = 0x4c505544;
const DUPLICATES_FORMAT = 1;

interface Saved {
  config: DuplicateConfig;
  nowMs: number;
  told: DuplicateNotice['kind'][];
}

/** The whole state as bytes of its own: later items do not change them. */
export function encodeDuplicates(state: DuplicateState): Uint8Array {
  const out = new ByteWriter();
  writeDuplicates(state, out);
  return out.finish();
}

/** As `encodeDuplicates`, to a writer that may take the large parts piece by piece. */
export function writeDuplicates(state: DuplicateState, out: StateWriter): void {
  out.number(MAGIC);
  out.number(DUPLICATES_FORMAT);
  out.json({ config: state.config, nowMs: state.nowMs, told: [...state.told] } satisfies Saved);
  state.records.encode(out);
  state.senders.encode(out);
  state.bands.encode(out);
  state.campaigns.encode(out);
  state.history.encode(out);
}

/**
 * The state that `encodeDuplicates` saved; going on from it gives what going on from the original gives. `config`: settings in
 * force from now on where they are others than the saved ones; `itemsMax` stays as it was saved, for places depend on it.
 * Throws `frame_corrupt` for bytes that are no such state, are cut short, or were written in another format.
 */
export function decodeDuplicates(bytes: Uint8Array, config: Partial<DuplicateConfig> = {}): DuplicateState {
  return readDuplicates(new ByteReader(bytes), config);
}

/** As `decodeDuplicates`, from where a reader stands. */
export function readDuplicates(from: ByteReader, config: Partial<DuplicateConfig> = {}): DuplicateState {
  if (from.number() !== MAGIC) throw new TocsinError('frame_corrupt', 'These bytes are no saved state of duplicate detection.');
  const format = from.number();
  if (format !== DUPLICATES_FORMAT) {
    throw new TocsinError('frame_corrupt', `The saved state of duplicate detection has format ${format}, and this version reads format ${DUPLICATES_FORMAT}.`);
  }
  const saved = from.json() as Saved;
  const complete = completeConfig({ ...saved.config, ...config, itemsMax: saved.config.itemsMax });
  const records = Records.decode(from, complete.itemsMax);
  const state = createDuplicateState(complete, {
    records,
    senders: BucketTable.decode(from, records, complete.itemsMax * SENDERS_PER_ITEM),
    bands: BucketTable.decode(from, records, complete.itemsMax * BANDS),
    campaigns: Campaigns.decode(from, campaignLimits(complete)),
    history: CustomerHistory.decode(from, historyLimits(complete)),
  });
  state.nowMs = saved.nowMs;
  state.told = new Set(saved.told);
  return state;
}
