import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { encodeJson } from '../frames/record.ts';
import type { AppendLog } from '../ports.ts';

/** One thing that could not be processed, with everything needed to try it again by hand. */
export interface Undeliverable {
  stage: 'decode' | 'score' | 'count' | 'store' | 'notify';
  /** Where it stood. */
  log: string;
  sequence: number;
  /** Place within the entry, where a part of it is put aside and not the whole. */
  index?: number;
  bytes: Uint8Array;
  error: unknown;
}

/** Puts aside what cannot be processed, with its reason, on a log of its own. */
export class DeadLetters {
  readonly #log: AppendLog;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;

  constructor(log: AppendLog, clock: Clock, telemetry: Telemetry) {
    this.#log = log;
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  /** False when the dead-letter log itself cannot take it: the caller then keeps the entry and tries again. */
  async put({ stage, log, sequence, index, bytes, error }: Undeliverable): Promise<boolean> {
    const code = error instanceof TocsinError ? error.code : 'internal';
    const reason = error instanceof Error ? error.message : String(error);
    const record = encodeJson('dead', { log, sequence, stage, reason, atMs: this.#clock.nowMs(), bytes: toBase64(bytes) });
    const place = index === undefined ? `${sequence}` : `${sequence}.${index}`;
    try {
      await this.#log.append(record, `${log}-${place}-${stage}`);
    } catch {
      return false;
    }
    this.#telemetry({ kind: 'frame-dead-lettered', stage, reason: code });
    return true;
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
