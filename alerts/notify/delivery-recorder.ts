import { TocsinError } from '../../core/errors.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import { encodeJson } from '../../stream/frames/record.ts';
import type { AppendLog } from '../../stream/ports.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';

/**
 * Puts records of attempts into the ledger at once and onto the log as soon as it can be reached. A record that the log
 * did not take is owed: its event is not acknowledged before it is written, so no more are owed than events wait.
 * A log that is full is another matter: paging goes on without its records, because people come before the books.
 */
export class DeliveryRecorder {
  readonly #log: AppendLog;
  readonly #ledger: DeliveryLedger;
  readonly #warn: (message: string) => void;
  /** By idempotency key, oldest first. */
  readonly #owed = new Map<string, DeliveryRecord[]>();

  #isFull = false;

  constructor(log: AppendLog, ledger: DeliveryLedger, warn: (message: string) => void) {
    this.#log = log;
    this.#ledger = ledger;
    this.#warn = warn;
  }

  /** False when the record is owed. */
  async record(record: DeliveryRecord): Promise<boolean> {
    this.#ledger.take(record);
    this.#owed.set(record.idempotencyKey, [...(this.#owed.get(record.idempotencyKey) ?? []), record]);
    return await this.payOff(record.idempotencyKey);
  }

  /** Writes what is owed for a page. False when something still is. */
  async payOff(idempotencyKey: string): Promise<boolean> {
    for (let owed = this.#owed.get(idempotencyKey); owed !== undefined; owed = this.#owed.get(idempotencyKey)) {
      const [record, ...later] = owed;
      if (record === undefined || !(await this.#append(record))) return false;
      if (later.length === 0) this.#owed.delete(idempotencyKey);
      else this.#owed.set(idempotencyKey, later);
    }
    return true;
  }

  async #append(record: DeliveryRecord): Promise<boolean> {
    try {
      await this.#log.append(encodeJson('delivery', record), `${record.idempotencyKey} ${record.attempt} ${record.outcome}`);
      this.#isFull = false;
      return true;
    } catch (error) {
      if (!(error instanceof TocsinError) || error.code !== 'overloaded') return false;
      if (!this.#isFull) this.#warn('The deliveries log is at its size limit: pages go out and are not recorded.');
      this.#isFull = true;
      return true;
    }
  }
}
