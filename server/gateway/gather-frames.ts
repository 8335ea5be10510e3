import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { encodeRawLines } from '../../stream/frames/raw-frame.ts';
import type { AppendLog } from '../../stream/ports.ts';
import { sleep, systemTimers } from '../../stream/system-timers.ts';

export interface GatherLimits {
  /** How long an item waits for company while one other frame is on its way. */
  lingerMs: number;
  /** The same while `framesBusyMin` or more are: the log is busy, and each frame costs it a write to the disk whatever it holds. */
  busyLingerMs: number;
  framesBusyMin: number;
  /** Items in one frame. */
  frameItemsMax: number;
  /** Bytes of the items in one frame, unless one item alone has more. Below the smallest entry that the bus takes. */
  frameBytesMax: number;
  framesInFlightMax: number;
  /** Items that wait for a frame or for its append. */
  itemsWaitingMax: number;
  bytesWaitingMax: number;
  /** From the closing of a frame: how long its append is tried again. */
  retryForMs: number;
  /** Before the second attempt; doubles with each one. */
  retryDelayMs: number;
}

const DEFAULT_GATHER_LIMITS: GatherLimits = {
  lingerMs: 2,
  busyLingerMs: 20,
  framesBusyMin: 2,
  frameItemsMax: 256,
  frameBytesMax: 192 * 1024,
  framesInFlightMax: 32,
  itemsWaitingMax: 100_000,
  bytesWaitingMax: 256 * 1024 ** 2,
  retryForMs: 5_000,
  retryDelayMs: 50,
};

export interface FrameGathererOptions {
  log: AppendLog;
  clock: Clock;
  telemetry: Telemetry;
  /** Unique over all gateways. */
  makeMessageId: () => string;
  limits?: Partial<GatherLimits>;
  /** The runtime's own when absent. */
  timers?: Timers;
}

/** Contributions behind `#head` are let go in bulk: moving the array for each one would cost its length each time. */
const COMPACT_AT = 4_096;

interface Contribution {
  lines: readonly string[];
  /** In bytes, line by line. */
  sizes: readonly number[];
  /** The first line that is in no frame yet. */
  next: number;
  /** Lines that are not yet known to be on disk. */
  undurable: number;
  resolve: () => void;
  reject: (error: TocsinError) => void;
}

interface Frame {
  messageId: string;
  bytes: Uint8Array;
  items: number;
  linesBytes: number;
  closedAtMs: number;
  parts: { contribution: Contribution; items: number }[];
}

/**
 * Gathers items of all requests into frames and appends these to the raw log.
 *
 * The first item after a pause goes at the end of the same turn of the event loop. While a frame is on its way, items wait
 * `lingerMs` for company; while more are, until one of them has arrived and at most `busyLingerMs`; or until a frame is full.
 * So an idle gateway adds no delay, and the slower the log, the fewer and larger its frames. A lost acknowledgement is tried again under the same message id, which appends nothing twice.
 */
export class FrameGatherer {
  readonly limits: GatherLimits;
  readonly #options: FrameGathererOptions;
  readonly #timers: Timers;
  /** From `#head` on. */
  #waiting: Contribution[] = [];
  #head = 0;
  #itemsInFrames = 0;
  #itemsGathering = 0;
  #bytesGathering = 0;
  #bytesInFrames = 0;
  #framesInFlight = 0;
  #bytesTaken = 0;
  /** Take back the flush at the end of this turn, and the one after `lingerMs`. */
  #forgetTurn: (() => void) | undefined;
  #forgetLinger: (() => void) | undefined;
  #idle: (() => void)[] = [];

  constructor(options: FrameGathererOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.limits = { ...DEFAULT_GATHER_LIMITS, ...options.limits };
  }

  /** Items accepted and not yet on disk. */
  get itemsWaiting(): number {
    return this.#itemsGathering + this.#itemsInFrames;
  }

  /** Bytes of all items that were taken since this runs, and of those of them that are not on disk. */
  get bytes(): { taken: number; waiting: number } {
    return { taken: this.#bytesTaken, waiting: this.#bytesGathering + this.#bytesInFrames };
  }

  /** @throws TocsinError `overloaded` when `items` more do not fit now. */
  assertRoom(items: number, bytes: number): void {
    const { waiting: bytesWaiting } = this.bytes;
    // A large batch fits when nothing else waits: else it would be told to try again for ever.
    const bytesFit = bytesWaiting === 0 || bytesWaiting + bytes <= this.limits.bytesWaitingMax;
    if (this.itemsWaiting + items > this.limits.itemsWaitingMax || !bytesFit) {
      throw new TocsinError('overloaded', 'Too many items wait for the log; send this again in a moment.', { retryable: true });
    }
  }

  /**
   * Resolves when every item is on disk. `lines` are items as stream/frames writes them.
   * Rejects with `overloaded` (nothing was taken, or the log is full) or `log_unavailable` (some items may have been
   * written: sending the same ids again counts them once).
   */
  add(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    const sizes = lines.map(byteLength);
    const bytes = sizes.reduce(sum);
    try {
      this.assertRoom(lines.length, bytes);
    } catch (error) {
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lines, sizes, next: 0, undurable: lines.length, resolve, reject });
      this.#itemsGathering += lines.length;
      this.#bytesGathering += bytes;
      this.#bytesTaken += bytes;
      this.#schedule();
    });
  }

  /** Resolves when nothing waits any more, or after `timeoutMs`; true when nothing waits. */
  async drained(timeoutMs: number): Promise<boolean> {
    if (this.itemsWaiting === 0) return true;
    await new Promise<void>((resolve) => {
      const forget = this.#timers.after(timeoutMs, resolve);
      this.#idle.push(() => {
        forget();
        resolve();
      });
    });
    return this.itemsWaiting === 0;
  }

  #schedule(): void {
    const { frameItemsMax, frameBytesMax, framesInFlightMax, framesBusyMin, lingerMs, busyLingerMs } = this.limits;
    while (this.#framesInFlight < framesInFlightMax && (this.#itemsGathering >= frameItemsMax || this.#bytesGathering >= frameBytesMax)) {
      this.#send(this.#cut());
    }
    if (this.#itemsGathering === 0 || this.#framesInFlight >= framesInFlightMax) return;
    if (this.#framesInFlight === 0) {
      this.#forgetTurn ??= this.#timers.soon(() => this.#flush());
    } else {
      this.#forgetLinger ??= this.#timers.after(this.#framesInFlight < framesBusyMin ? lingerMs : busyLingerMs, () => this.#flush());
    }
  }

  /** Sends what has gathered, a full frame or not. */
  #flush(): void {
    this.#forgetTurn?.();
    this.#forgetLinger?.();
    this.#forgetTurn = undefined;
    this.#forgetLinger = undefined;
    if (this.#itemsGathering > 0 && this.#framesInFlight < this.limits.framesInFlightMax) this.#send(this.#cut());
    this.#schedule();
  }

  #cut(): Frame {
    const lines: string[] = [];
    const parts: Frame['parts'] = [];
    let bytes = 0;
    let full = false;
    while (!full && lines.length < this.limits.frameItemsMax) {
      const contribution = this.#waiting[this.#head];
      if (contribution === undefined) break;
      const before = lines.length;
      while (contribution.next < contribution.lines.length && lines.length < this.limits.frameItemsMax) {
        const line = contribution.lines[contribution.next] ?? '';
        const lineBytes = contribution.sizes[contribution.next] ?? 0;
        full = lines.length > 0 && bytes + lineBytes > this.limits.frameBytesMax;
        if (full) break;
        lines.push(line);
        bytes += lineBytes;
        contribution.next += 1;
      }
      if (lines.length > before) parts.push({ contribution, items: lines.length - before });
      if (contribution.next === contribution.lines.length) this.#head += 1;
    }
    if (this.#head > COMPACT_AT) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    this.#itemsGathering -= lines.length;
    this.#bytesGathering -= bytes;
    const closedAtMs = this.#options.clock.nowMs();
    return { messageId: this.#options.makeMessageId(), bytes: encodeRawLines(closedAtMs, lines), items: lines.length, linesBytes: bytes, closedAtMs, parts };
  }

  #send(frame: Frame): void {
    this.#framesInFlight += 1;
    this.#itemsInFrames += frame.items;
    this.#bytesInFrames += frame.linesBytes;
    this.#tellDepth();
    void this.#append(frame).then((error) => this.#settle(frame, error));
  }

  /** Answers the error that the requests of this frame end in, or undefined when it is on disk. */
  async #append(frame: Frame): Promise<TocsinError | undefined> {
    const { log, clock, telemetry } = this.#options;
    let waitedMs = 0;
    for (let delayMs = this.limits.retryDelayMs; ; delayMs *= 2) {
      try {
        await log.append(frame.bytes, frame.messageId);
        telemetry({ kind: 'frame-appended', log: 'raw', items: frame.items, bytes: frame.bytes.length, durationMs: clock.nowMs() - frame.closedAtMs });
        return undefined;
      } catch (error) {
        waitedMs += delayMs;
        // The waits are counted as well, because a clock that is set back would have it try for hours.
        const inTime = Math.max(waitedMs, clock.nowMs() + delayMs - frame.closedAtMs) <= this.limits.retryForMs;
        if (!isWorthRetrying(error) || !inTime) return asAnswer(error);
        await sleep(this.#timers, delayMs);
      }
    }
  }

  #settle(frame: Frame, error: TocsinError | undefined): void {
    this.#framesInFlight -= 1;
    this.#itemsInFrames -= frame.items;
    this.#bytesInFrames -= frame.linesBytes;
    for (const { contribution, items } of frame.parts) {
      contribution.undurable -= items;
      if (error !== undefined) this.#giveUp(contribution, error);
      else if (contribution.undurable === 0) contribution.resolve();
    }
    this.#tellDepth();
    if (this.#framesInFlight < this.limits.framesBusyMin) this.#flush();
    else this.#schedule();
    if (this.itemsWaiting === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #tellDepth(): void {
    this.#options.telemetry({ kind: 'queue-depth', queue: 'items-waiting', depth: this.itemsWaiting, limit: this.limits.itemsWaitingMax });
  }

  /** What has not gone yet does not go any more: its request is answered. */
  #giveUp(contribution: Contribution, error: TocsinError): void {
    const left = contribution.sizes.slice(contribution.next);
    this.#itemsGathering -= left.length;
    this.#bytesGathering -= left.reduce(sum, 0);
    contribution.next = contribution.lines.length;
    contribution.reject(error);
  }
}

const byteLength = (line: string): number => Buffer.byteLength(line);
const sum = (total: number, more: number): number => total + more;

function isWorthRetrying(error: unknown): boolean {
  return error instanceof TocsinError && error.code === 'log_unavailable' && error.retryable;
}

function asAnswer(error: unknown): TocsinError {
  if (error instanceof TocsinError && error.code === 'overloaded') {
    return new TocsinError('overloaded', 'The log of new items is full; send this again later.', { retryable: true, cause: error });
  }
  return new TocsinError('log_unavailable', 'The log cannot be written at the moment. Some of the items may have been taken: send the same ids again, they count once.', { retryable: true, cause: error });
}
