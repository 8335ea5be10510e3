import type { Piece } from './pool-work.ts';
import { WorkerThread } from './worker-thread.ts';
import type { FromWorker, WorkerSettings } from './worker-messages.ts';

/** Batches that a thread holds: one is scored while the next one already waits beside it. */
const IN_FLIGHT_MAX = 2;

export interface SeatEvents {
  onMessage(seat: Seat, message: FromWorker): void;
  onEnd(seat: Seat, reason: string): void;
}

interface Batch {
  pieces: Piece[];
  timer: NodeJS.Timeout;
}

/** A thread and what it has in hand. */
export class Seat {
  readonly thread: WorkerThread;
  /** `retired`: takes nothing new and ends once its hands are empty. */
  state: 'starting' | 'ready' | 'retired' | 'ended' = 'starting';
  version = '';
  backend = '';
  textsMax = 0;
  readonly #batches = new Map<number, Batch>();
  readonly #timeoutMs: number;

  constructor(name: string, settings: WorkerSettings, { events, timeoutMs, program }: { events: SeatEvents; timeoutMs: number; program: URL | undefined }) {
    this.#timeoutMs = timeoutMs;
    this.thread = new WorkerThread(name, settings, {
      onMessage: (message) => events.onMessage(this, message),
      onEnd: (reason) => events.onEnd(this, reason),
    }, program);
  }

  get busy(): boolean {
    return this.#batches.size > 0;
  }

  /** A piece that ended a thread before has it to itself. */
  get takesMore(): boolean {
    if (this.state !== 'ready' || this.#batches.size >= IN_FLIGHT_MAX) return false;
    return ![...this.#batches.values()].some(({ pieces }) => pieces.some(({ attempts }) => attempts > 1));
  }

  give(batch: number, pieces: Piece[]): void {
    for (const piece of pieces) piece.attempts++;
    this.#batches.set(batch, { pieces, timer: setTimeout(() => void this.thread.terminate(), this.#timeoutMs) });
    this.thread.send({
      batch,
      inputs: pieces.flatMap((piece) => (piece.kind === 'texts' ? piece.inputs : [])),
      frames: pieces.flatMap((piece) => (piece.kind === 'frame' ? [piece.frame] : [])),
    });
  }

  /** What the batch held; nothing for one that it does not hold. */
  release(batch: number): Piece[] {
    const held = this.#batches.get(batch);
    if (held === undefined) return [];
    clearTimeout(held.timer);
    this.#batches.delete(batch);
    return held.pieces;
  }

  /** Everything in hand, oldest first. */
  releaseAll(): Piece[] {
    return [...this.#batches.keys()].flatMap((batch) => this.release(batch));
  }
}
