import type { Subscription } from 'rxjs';
import type { Clock } from '../../core/clock.ts';
import type { BoardCounts } from '../../core/live.ts';
import type { Broadcast } from '../../stream/ports.ts';
import { readBoard } from '../../stream/read-board.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import type { Trust } from './findings.ts';

export interface TrustWatchOptions {
  bus: Pick<Broadcast, 'subscribe'>;
  clock: Clock;
  /** Entries of the dead-letter log. */
  deadLetters(): Promise<number>;
}

/** The counter tells its counts every second; older words say nothing of now. */
const HEARD_MS_MAX = 10_000;
const DEAD_LETTERS_EVERY_MS = 10_000;

/** How far counts can be trusted, from what the counter tells every second; no page waits for it. */
export class TrustWatch {
  readonly #options: TrustWatchOptions;
  readonly #boards = new Map<string, { board: BoardCounts; atMs: number }>();
  #deadLetters: { count: number | null; atMs: number } = { count: null, atMs: Number.NEGATIVE_INFINITY };
  #following: Subscription | undefined;

  constructor(options: TrustWatchOptions) {
    this.#options = options;
  }

  /** Idempotent. */
  start(): void {
    this.#following ??= this.#options.bus.subscribe(SUBJECTS.liveCounts).subscribe((body) => {
      const board = readBoard(body);
      this.#boards.set(board.workspace, { board, atMs: this.#options.clock.nowMs() });
    });
  }

  stop(): void {
    this.#following?.unsubscribe();
  }

  async of(workspace: string): Promise<Trust> {
    const nowMs = this.#options.clock.nowMs();
    const deadLetters = await this.#countDead(nowMs);
    const heard = this.#boards.get(workspace);
    if (heard === undefined || nowMs - heard.atMs > HEARD_MS_MAX) return { exact: false, lowerBound: ['unknown'], lagMs: null, deadLetters };
    const { exact, lowerBound, lagMs } = heard.board;
    return { exact, lowerBound, lagMs, deadLetters };
  }

  /** What is known; it is asked again in the background. */
  async #countDead(nowMs: number): Promise<number | null> {
    if (nowMs - this.#deadLetters.atMs >= DEAD_LETTERS_EVERY_MS) {
      const isFirst = this.#deadLetters.count === null;
      this.#deadLetters = { ...this.#deadLetters, atMs: nowMs };
      const asking = this.#options.deadLetters().then((count) => { this.#deadLetters = { count, atMs: nowMs }; }, () => undefined);
      if (isFirst) await asking;
    }
    return this.#deadLetters.count;
  }
}
