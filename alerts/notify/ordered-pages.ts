import type { Clock } from '../../core/clock.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { PageOrder } from '../../core/page-order.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog, WorkProgress } from '../../stream/ports.ts';
import { LogFollower, type EntryAge } from '../list/log-follower.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { NeedlessSteps } from './needless-steps.ts';
import { orderEvent } from './order-event.ts';

/** Durable name of the notifiers on the incidents log. */
export const WORKER = 'notifier';

export interface OrderedPagesParts {
  incidents: WorkProgress & Pick<ReadLog, 'read' | 'last'>;
  /** Entries read back at the start. */
  entriesMax: number;
  ledger: DeliveryLedger;
  needless: NeedlessSteps;
  channelIdsOf(order: PageOrder): string[];
  clock: Clock;
}

/**
 * What is ordered, read from the incidents log itself, from the oldest entry that is not settled: the queue hands entries out again in any order,
 * and a later page must not pass an earlier one, nor a step go out that was acknowledged before a restart.
 */
export class OrderedPages {
  readonly #parts: OrderedPagesParts;
  #follower: LogFollower | undefined;
  #isStopped = false;

  constructor(parts: OrderedPagesParts) {
    this.#parts = parts;
  }

  /** Resolves when what stood on the log is known; later entries follow. @throws TocsinError `log_unavailable`; it may be called again */
  async start(): Promise<void> {
    const { incidents, entriesMax } = this.#parts;
    const fromSequence = (await incidents.settledThrough(WORKER)) + 1;
    if (this.#isStopped) return;
    this.#follower ??= new LogFollower({ log: incidents, fromSequence, entriesMax, take: (entry, age) => this.#take(entry, age) });
    await this.#follower.start();
  }

  stop(): void {
    this.#isStopped = true;
    this.#follower?.stop();
  }

  /** An entry that cannot be read is put aside when the queue hands it out. */
  #take({ value }: LogEntry<Uint8Array>, age: EntryAge): void {
    const { ledger, needless, channelIdsOf, clock } = this.#parts;
    try {
      for (const order of decodeJson('journal', value).pages) {
        needless.hear(order);
        ledger.expect(orderEvent(order), channelIdsOf(order), { nowMs: clock.nowMs(), age });
      }
    } catch {
      return;
    }
  }
}
