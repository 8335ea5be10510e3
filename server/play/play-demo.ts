import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { FeedbackClient, type ClientLimits, type Posting } from './feedback-client.ts';
import { planDemo } from './plan-demo.ts';
import { spreadFile, type FileProblem, type TimedPosting } from './spread-file.ts';
import type { SampleData } from './sample-data.ts';

export type DemoPhase = 'history' | 'live' | 'over';

export interface DemoProgress {
  phase: DemoPhase;
  /** Where in time the played feedback is; equals now from the live phase on. */
  simulatedAtMs: number;
  /** Items accepted so far. */
  sent: number;
  refused: number;
  /** Over the last report. */
  itemsPerSecond: number;
}

export interface DemoOptions {
  /** The server, such as `http://127.0.0.1:8080`. */
  url: string;
  token?: string | undefined;
  data: SampleData;
  clock: Clock;
  /** Ends the demo at any time; the play then resolves. */
  signal: AbortSignal;
  report: (progress: DemoProgress) => void;
  /** Plays this file of JSON lines (plain or gzip) instead of the script, and ends with it. */
  input?: string | undefined;
  /** Lines of `input` that cannot be sent, and refused items. */
  reportProblem?: (problem: FileProblem) => void;
  seed?: number;
  limits?: Partial<DemoLimits>;
  clientLimits?: Partial<ClientLimits>;
}

export interface DemoLimits {
  /** How much history is played … */
  historyMs: number;
  /** … in this time. The server may make it longer, never shorter. */
  playMs: number;
  /** Then one item in this time … */
  livePeriodMs: number;
  /** … and at most so many, so that a demo left alone does not fill a disk, or other categories. */
  liveItemsMax: number;
}

export const DEMO_LIMITS: DemoLimits = {
  // Ten minutes short of a day: everything played is still inside a window of 24 h when the last item arrives.
  historyMs: (24 * 60 - 10) * 60_000,
  playMs: 32_000,
  livePeriodMs: 2_000,
  liveItemsMax: 600,
};
export const DEMO_SEED = 7;

const BATCH_ITEMS_MAX = 500;
const TICK_MS = 50;
const REPORT_EVERY_MS = 250;

/**
 * Plays about a day of history that ends now, in order and accelerated, then goes on live until it is aborted or the limit
 * is reached. No item is said in the future. Every run has ids of its own, so that a second demo counts anew.
 * Items are the same for the same seed; their times hang on the clock.
 * @throws TocsinError `server_unreachable`, `input_unreadable`, or the server's own code; never because of the abort
 */
export async function playDemo(options: DemoOptions): Promise<DemoProgress> {
  const { url, token, data, clock, signal, input, clientLimits } = options;
  const limits: DemoLimits = { ...DEMO_LIMITS, ...options.limits };
  const startedAtMs = clock.nowMs();
  const span = { fromMs: startedAtMs - limits.historyMs, toMs: startedAtMs + limits.playMs };
  const idPrefix = `demo-${startedAtMs.toString(36)}`;
  const client = new FeedbackClient({ url, token, clock, signal, limits: { connectionsMax: 1, ...clientLimits } });
  const player = new Player(client, options);
  try {
    if (input !== undefined) {
      await player.play(spreadFile({ file: input, idPrefix, ...span, onProblem: (problem) => player.noteProblem(problem) }), span, startedAtMs);
    } else {
      const plan = planDemo({ seed: options.seed ?? DEMO_SEED, data, idPrefix, ...span });
      await player.play(plan.history.map(({ atMs, item }, index) => ({ atMs, line: JSON.stringify(item), place: index + 1 })), span, startedAtMs);
      await player.goLive(plan.nextLive, limits);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    client.close();
  }
  return player.over();
}

class Player {
  readonly #client: FeedbackClient;
  readonly #options: DemoOptions;
  readonly #progress: DemoProgress = { phase: 'history', simulatedAtMs: 0, sent: 0, refused: 0, itemsPerSecond: 0 };
  #reportedAtMs: number;
  #reportedSent = 0;

  constructor(client: FeedbackClient, options: DemoOptions) {
    this.#client = client;
    this.#options = options;
    this.#reportedAtMs = options.clock.nowMs();
  }

  /** Posts items when their turn comes: `fromMs` is played at the start and `toMs` at `toMs`, evenly in between. */
  async play(items: AsyncIterable<TimedPosting> | Iterable<TimedPosting>, { fromMs, toMs }: { fromMs: number; toMs: number }, startedAtMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    const pace = (toMs - startedAtMs) / (toMs - fromMs);
    let batch: TimedPosting[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length > 0) await this.#post(batch, (batch.at(-1) as TimedPosting).atMs);
      batch = [];
    };
    for await (const item of items) {
      const waitMs = startedAtMs + (item.atMs - fromMs) * pace - clock.nowMs();
      if (waitMs > 0) {
        await flush();
        await this.#pause(Math.max(waitMs, TICK_MS), () => fromMs + (clock.nowMs() - startedAtMs) / pace);
      }
      signal.throwIfAborted();
      batch.push(item);
      if (batch.length >= BATCH_ITEMS_MAX) await flush();
    }
    await flush();
  }

  async goLive(nextLive: (atMs: number) => object, { livePeriodMs, liveItemsMax }: DemoLimits): Promise<void> {
    const { clock, signal } = this.#options;
    this.#progress.phase = 'live';
    for (let count = 0; count < liveItemsMax && !signal.aborted; count += 1) {
      await this.#pause(livePeriodMs, () => clock.nowMs());
      const atMs = clock.nowMs();
      await this.#post([{ line: JSON.stringify(nextLive(atMs)), place: 0 }], atMs);
    }
  }

  over(): DemoProgress {
    this.#progress.phase = 'over';
    this.#report(this.#options.clock.nowMs());
    return { ...this.#progress };
  }

  noteProblem(problem: FileProblem): void {
    this.#progress.refused += 1;
    this.#options.reportProblem?.(problem);
  }

  async #post(batch: readonly Posting[], simulatedAtMs: number): Promise<void> {
    const { accepted, refused } = await this.#client.post(batch);
    this.#progress.sent += accepted;
    // A slow server lets the clock run ahead of what was sent; what is shown never goes back.
    this.#progress.simulatedAtMs = Math.max(this.#progress.simulatedAtMs, simulatedAtMs);
    for (const { place, message } of refused) this.noteProblem({ line: place, reason: `was refused: ${message}` });
    this.#reportWhenDue();
  }

  /** Waits, and goes on telling where it is. */
  async #pause(waitMs: number, simulatedAt: () => number): Promise<void> {
    const { clock, signal } = this.#options;
    const untilMs = clock.nowMs() + waitMs;
    for (let leftMs = waitMs; leftMs > 0; leftMs = untilMs - clock.nowMs()) {
      await sleep(Math.min(leftMs, REPORT_EVERY_MS), undefined, { signal });
      this.#progress.simulatedAtMs = Math.max(this.#progress.simulatedAtMs, Math.floor(simulatedAt()));
      this.#reportWhenDue();
    }
  }

  #reportWhenDue(): void {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#reportedAtMs >= REPORT_EVERY_MS) this.#report(nowMs);
  }

  #report(nowMs: number): void {
    const elapsedMs = Math.max(1, nowMs - this.#reportedAtMs);
    this.#progress.itemsPerSecond = Math.round(((this.#progress.sent - this.#reportedSent) * 1_000) / elapsedMs);
    this.#reportedAtMs = nowMs;
    this.#reportedSent = this.#progress.sent;
    this.#options.report({ ...this.#progress });
  }
}
