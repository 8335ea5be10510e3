import { TocsinError } from '../../core/errors.ts';

/** A frame that is at fault this often is put aside. */
export const SCORING_ATTEMPTS_MAX = 5;
const RETRY_DELAY_MS = 500;
const RETRY_DELAY_MS_MAX = 30_000;
/** Frames whose failures are remembered; more than can be under way, for some go on to another scorer. */
const FRAMES_MAX = 1_024;

export type FailureVerdict = { action: 'put-aside' } | { action: 'try-again'; delayMs: number };

interface Failures {
  attempts: number;
  /** Those that were the frame's own fault. */
  own: number;
  /** Frames that had been scored when it failed last. */
  scored: number;
}

/**
 * Tells a frame that cannot be scored from a scorer that cannot score, which must not cost any frame its items.
 *
 * An error that says that the same call may succeed later is the frame's fault only where other frames were scored since
 * its last failure, and never where the scorer had no room; every other error always is. A frame is tried again at growing
 * distances, for as long as it takes.
 */
export class ScoringFailures {
  readonly #byFrame = new Map<number, Failures>();
  #scored = 0;

  succeeded(sequence: number): void {
    this.#scored += 1;
    this.#byFrame.delete(sequence);
  }

  /** Of a frame that was put aside, or is somebody else's. */
  forget(sequence: number): void {
    this.#byFrame.delete(sequence);
  }

  failed(sequence: number, error: unknown): FailureVerdict {
    const before = this.#byFrame.get(sequence) ?? { attempts: 0, own: 0, scored: this.#scored };
    const isOwn = !(error instanceof TocsinError && error.retryable) || (error.code !== 'overloaded' && this.#scored > before.scored);
    const failures = { attempts: before.attempts + 1, own: before.own + (isOwn ? 1 : 0), scored: this.#scored };
    this.#byFrame.delete(sequence);
    this.#byFrame.set(sequence, failures);
    const [oldest] = this.#byFrame.keys();
    if (this.#byFrame.size > FRAMES_MAX && oldest !== undefined) this.#byFrame.delete(oldest);
    if (failures.own >= SCORING_ATTEMPTS_MAX) return { action: 'put-aside' };
    return { action: 'try-again', delayMs: Math.min(RETRY_DELAY_MS * 2 ** (failures.attempts - 1), RETRY_DELAY_MS_MAX) };
  }
}
