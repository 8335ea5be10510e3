import { logUnavailable } from '../../stream/bus/bus-errors.ts';
import { TocsinError } from '../../core/errors.ts';
import type { LogName } from '../../stream/ports.ts';
import type { WriterFault } from '../../stream/store/memory-writer.ts';
import type { Prng } from '../../server/play/prng.ts';

const RECEIVER_MOODS = ['well', 'slow', 'away', 'failing', 'answer-lost', 'busy'] as const;
export type ReceiverMood = (typeof RECEIVER_MOODS)[number];
const SCORER_MOODS = ['well', 'well', 'slow', 'hanging', 'failing'] as const;
export type ScorerMood = (typeof SCORER_MOODS)[number];

interface Rates {
  refusedAppend: number;
  lostAppendAck: number;
  lostWorkAck: number;
  storeFault: number;
  failingRead: number;
  fullSpool: number;
}

/** What goes wrong by chance, and how often; drawn once a run. Over when `end` is called. */
export class Faults {
  readonly #random: Prng;
  readonly #note: (what: string) => void;
  readonly #rates: Rates;
  #isOver = false;
  #storeIsAway = false;
  #acksAreLost = false;

  /** @param note told of each fault that takes effect */
  constructor(random: Prng, note: (what: string) => void) {
    this.#random = random;
    this.#note = note;
    // Half of the runs have none of a kind, so that each kind is also met alone.
    const rate = (most: number): number => (random.chance(0.5) ? 0 : random.unit() * most);
    this.#rates = { refusedAppend: rate(0.1), lostAppendAck: rate(0.15), lostWorkAck: rate(0.1), storeFault: rate(0.4), failingRead: rate(0.2), fullSpool: rate(0.5) };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
    this.#acksAreLost = false;
    this.#storeIsAway = false;
  }

  set storeIsAway(isAway: boolean) {
    this.#storeIsAway = isAway && !this.#isOver;
  }

  /** As in the last moments of a log's server: it writes, and answers nobody. */
  set acksAreLost(areLost: boolean) {
    this.#acksAreLost = areLost && !this.#isOver;
  }

  /** What becomes of an append: `lost-ack` is stored and answered with an error. */
  onAppend(): 'well' | 'refused' | 'lost-ack' {
    if (this.#acksAreLost) return this.#said('fault: answers of a log that goes away', 'lost-ack');
    if (this.#happens('refusedAppend')) return 'refused';
    return this.#happens('lostAppendAck') ? 'lost-ack' : 'well';
  }

  onWorkAck(): 'well' | 'lost' {
    return this.#happens('lostWorkAck') ? 'lost' : 'well';
  }

  /** @throws TocsinError now and then, where a log or a bucket is asked something */
  onRead(log: LogName): void {
    if (this.#happens('failingRead')) throw logUnavailable(log);
  }

  /** @throws TocsinError while the store is away */
  onStore(): WriterFault | undefined {
    if (this.#storeIsAway) this.#note('store: away');
    if (this.#storeIsAway) throw new TocsinError('store_unavailable', 'ClickHouse at memory cannot be reached: ECONNREFUSED.', { retryable: true });
    if (!this.#happens('storeFault')) return undefined;
    const fault = this.#random.pick(['fail-before-commit', 'fail-after-commit', 'commit-in-part'] as const);
    return this.#said(`store: ${fault}`, fault);
  }

  spoolIsFull(): boolean {
    return this.#happens('fullSpool');
  }

  receiverMood(): ReceiverMood {
    if (this.#isOver) return 'well';
    const mood = this.#random.pick(RECEIVER_MOODS);
    return this.#said(`receiver: ${mood}`, mood);
  }

  scorerMood(): ScorerMood {
    if (this.#isOver) return 'well';
    const mood = this.#random.pick(SCORER_MOODS);
    return this.#said(`scorer: ${mood}`, mood);
  }

  #happens(kind: keyof Rates): boolean {
    const does = !this.#isOver && this.#random.chance(this.#rates[kind]);
    if (does) this.#note(`fault: ${kind}`);
    return does;
  }

  #said<T>(what: string, outcome: T): T {
    this.#note(what);
    return outcome;
  }
}
