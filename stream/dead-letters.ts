import type { Telemetry } from '../core/telemetry.ts';
import { TocsinError } from '../core/errors.ts';
import type { AppendLog } from './ports.ts';

/** One thing that could not be processed, with everything needed to try it again by hand. */
export interface DeadLetter {
  stage: 'decode' | 'score' | 'append' | 'count' | 'store' | 'notify';
  log: string;
  sequence: number;
  bytes: Uint8Array;
  error: unknown;
}

/** Puts aside what cannot be processed, with its reason, on a log of its own. */
export class DeadLetters {
  readonly #log: AppendLog;
  readonly #telemetry: Telemetry;

  constructor(log: AppendLog, telemetry: Telemetry) {
    this.#log = log;
    this.#telemetry = telemetry;
  }

  /** False when the dead-letter log itself cannot take it: the caller then keeps the entry and tries again. */
  async put(letter: DeadLetter): Promise<boolean> {
    const { stage, log, sequence, bytes, error } = letter;
    const reason = error instanceof TocsinError ? error.code : 'internal';
    const detail = error instanceof Error ? error.message : String(error);
    const body = JSON.stringify({ v: 1, stage, log, sequence, reason, detail, base64: toBase64(bytes) });
    try {
      await this.#log.append(new TextEncoder().encode(body), `${log}-${sequence}-${stage}`);
    } catch {
      return false;
    }
    this.#telemetry({ kind: 'frame-dead-lettered', stage, reason });
    return true;
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
