import { TocsinError } from '../core/errors.ts';
import type { Score } from '../core/score.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { ScorerInput } from './scorer.ts';
import { toTocsinError, WorkerThread } from './worker-thread.ts';
import type { FromWorker, WorkerSettings } from './worker-messages.ts';

export interface ScorerPoolOptions extends WorkerSettings {
  /** Threads with a model each, 1 to 64. */
  workers: number;
  telemetry: Telemetry;
  /** Texts in one hand-over to a thread. */
  batchMax?: number;
  /** Texts that may wait; more are refused with `overloaded`. */
  queueMax?: number;
  /** A thread that does not answer for so long is replaced. */
  batchTimeoutMs?: number;
  /** How long stop() waits for batches in flight. */
  stopTimeoutMs?: number;
  /** Another program for the threads; it speaks worker-messages.ts. */
  program?: URL;
}

/** Scores on worker threads. Answers keep the order of the inputs. */
export interface ScorerPool {
  /** Resolves when every thread has its model warm. Rejects with what kept it: `model_corrupt`, `invalid_setting`. */
  start(): Promise<void>;
  /** Rejects with `overloaded` or `scorer_unavailable`, both retryable. */
  score(inputs: readonly ScorerInput[]): Promise<Score[]>;
  stop(): Promise<void>;
  /** Known once started. */
  readonly version: string;
  readonly backend: string;
}

const WORKERS_MAX = 64;
const BATCH_MAX = 256;
const QUEUE_MAX = 20_000;
const BATCH_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
/** A text that took so many threads with it is not tried again. */
const ATTEMPTS_MAX = 3;
/** Threads that die before they are ready, one after the other, until the pool gives up. */
const FAILED_STARTS_MAX = 5;

interface Request {
  scores: Score[];
  missing: number;
  resolve(scores: Score[]): void;
  reject(error: TocsinError): void;
  settled: boolean;
}

/** A run of one request's texts. */
interface Piece {
  request: Request;
  from: number;
  inputs: ScorerInput[];
  attempts: number;
}

interface Seat {
  thread: WorkerThread;
  ready: boolean;
  batch: number;
  pieces: Piece[];
  timer: NodeJS.Timeout | undefined;
}

class WorkerPool implements ScorerPool {
  readonly #options: Required<Omit<ScorerPoolOptions, keyof WorkerSettings | 'program'>>;
  readonly #program: URL | undefined;
  readonly #settings: WorkerSettings;
  #seats: Seat[] = [];
  #queue: Piece[] = [];
  #queued = 0;
  #state: 'new' | 'starting' | 'running' | 'stopping' | 'stopped' = 'new';
  #started: Promise<void> | null = null;
  #onReady: (() => void) | null = null;
  #onUnusable: ((error: TocsinError) => void) | null = null;
  #batches = 0;
  #threadsMade = 0;
  #failedStarts = 0;
  version = '';
  backend = '';

  constructor(options: ScorerPoolOptions) {
    const { model, modelDir, backend, taxonomyFile } = options;
    this.#settings = { model, modelDir, backend, taxonomyFile };
    this.#program = options.program;
    this.#options = {
      workers: Math.min(WORKERS_MAX, Math.max(1, Math.floor(options.workers))),
      telemetry: options.telemetry,
      batchMax: options.batchMax ?? BATCH_MAX,
      queueMax: options.queueMax ?? QUEUE_MAX,
      batchTimeoutMs: options.batchTimeoutMs ?? BATCH_TIMEOUT_MS,
      stopTimeoutMs: options.stopTimeoutMs ?? STOP_TIMEOUT_MS,
    };
  }

  start(): Promise<void> {
    this.#started ??= this.#startAll();
    return this.#started;
  }

  async #startAll(): Promise<void> {
    this.#state = 'starting';
    try {
      await new Promise<void>((resolve, reject) => {
        this.#onReady = () => {
          if (this.#seats.every((seat) => seat.ready)) resolve();
        };
        this.#onUnusable = reject;
        while (this.#seats.length < this.#options.workers) this.#seats.push(this.#openSeat());
      });
    } catch (cause) {
      await this.stop();
      throw cause;
    }
    if (this.#state === 'starting') this.#state = 'running';
    this.#dispatch();
  }

  #openSeat(): Seat {
    const thread = new WorkerThread(`scorer-${++this.#threadsMade}`, this.#settings, {
      onMessage: (message) => this.#hear(seat, message),
      onEnd: (reason) => this.#replace(seat, reason),
    }, this.#program);
    const seat: Seat = { thread, ready: false, batch: 0, pieces: [], timer: undefined };
    return seat;
  }

  score(inputs: readonly ScorerInput[]): Promise<Score[]> {
    if (inputs.length === 0) return Promise.resolve([]);
    if (this.#state === 'stopping' || this.#state === 'stopped' || this.#state === 'new') {
      return Promise.reject(new TocsinError('scorer_unavailable', 'The scorer is not running.', { retryable: true }));
    }
    if (this.#queued > 0 && this.#queued + inputs.length > this.#options.queueMax) {
      return Promise.reject(new TocsinError('overloaded', `${this.#queued} texts wait for the scorer; at most ${this.#options.queueMax} may.`, { retryable: true }));
    }
    return new Promise((resolve, reject) => {
      const request: Request = { scores: new Array<Score>(inputs.length), missing: inputs.length, resolve, reject, settled: false };
      // A large request is spread evenly, so that all threads finish it together.
      const size = Math.min(this.#options.batchMax, Math.ceil(inputs.length / this.#options.workers));
      for (let from = 0; from < inputs.length; from += size) {
        this.#queue.push({ request, from, inputs: inputs.slice(from, from + size), attempts: 0 });
      }
      this.#queued += inputs.length;
      this.#options.telemetry({ kind: 'queue-depth', queue: 'scorer', depth: this.#queued, limit: this.#options.queueMax });
      this.#dispatch();
    });
  }

  /** Hands the queue to idle threads: one text when little comes, batches of up to batchMax when many wait. */
  #dispatch(): void {
    for (const seat of this.#seats) {
      if (!seat.ready || seat.pieces.length > 0) continue;
      let texts = 0;
      while (this.#queue.length > 0 && (texts === 0 || texts + (this.#queue[0]?.inputs.length ?? 0) <= this.#options.batchMax)) {
        const piece = this.#queue.shift();
        if (piece === undefined) break;
        this.#queued -= piece.inputs.length;
        if (piece.request.settled) continue;
        piece.attempts++;
        texts += piece.inputs.length;
        seat.pieces.push(piece);
      }
      if (seat.pieces.length === 0) return;
      seat.batch = ++this.#batches;
      seat.timer = setTimeout(() => void seat.thread.terminate(), this.#options.batchTimeoutMs);
      seat.thread.send({ batch: seat.batch, inputs: seat.pieces.flatMap((piece) => piece.inputs) });
    }
  }

  #hear(seat: Seat, message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        seat.ready = true;
        this.#failedStarts = 0;
        this.version = message.version;
        this.backend = message.backend;
        this.#onReady?.();
        break;
      case 'unusable':
        this.#onUnusable?.(toTocsinError(message.error));
        this.#failedStarts++;
        void seat.thread.terminate();
        return;
      case 'scored':
        if (message.batch !== seat.batch) return;
        this.#settle(seat, message.scores);
        break;
      case 'failed': {
        if (message.batch !== seat.batch) return;
        const error = toTocsinError(message.error);
        for (const piece of this.#release(seat)) this.#fail(piece.request, error);
        break;
      }
    }
    this.#dispatch();
  }

  #release(seat: Seat): Piece[] {
    clearTimeout(seat.timer);
    const { pieces } = seat;
    seat.pieces = [];
    return pieces;
  }

  #settle(seat: Seat, scores: Score[]): void {
    let at = 0;
    for (const { request, from, inputs } of this.#release(seat)) {
      for (let k = 0; k < inputs.length; k++) {
        const score = scores[at++];
        if (score !== undefined) request.scores[from + k] = score;
      }
      request.missing -= inputs.length;
      if (request.missing === 0 && !request.settled) {
        request.settled = true;
        request.resolve(request.scores);
      }
    }
  }

  #fail(request: Request, error: TocsinError): void {
    if (request.settled) return;
    request.settled = true;
    request.reject(error);
  }

  /** A thread ended: its texts are scored again by another, at the head of the queue, in their order. */
  #replace(seat: Seat, reason: string): void {
    const pieces = this.#release(seat);
    const wasReady = seat.ready;
    seat.ready = false;
    if (this.#state === 'stopping' || this.#state === 'stopped') return;
    if (!wasReady) this.#failedStarts++;
    this.#options.telemetry({ kind: 'worker-replaced', worker: seat.thread.name, reason });
    for (const piece of pieces.reverse()) {
      if (piece.attempts >= ATTEMPTS_MAX) {
        this.#fail(piece.request, new TocsinError('scorer_unavailable', `Scoring stopped ${ATTEMPTS_MAX} worker threads: ${reason}.`, { retryable: true }));
      } else {
        this.#queue.unshift(piece);
        this.#queued += piece.inputs.length;
      }
    }
    this.#seats = this.#seats.filter((each) => each !== seat);
    if (this.#failedStarts >= FAILED_STARTS_MAX) {
      this.#giveUp(reason);
      return;
    }
    this.#seats.push(this.#openSeat());
  }

  #giveUp(reason: string): void {
    const error = new TocsinError('scorer_unavailable', `The scorer's threads end as soon as they start: ${reason}.`, { retryable: true });
    this.#onUnusable?.(error);
    for (const piece of this.#queue) this.#fail(piece.request, error);
    this.#queue = [];
    this.#queued = 0;
    if (this.#seats.length === 0) this.#state = 'stopped';
  }

  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopping';
    const untilMs = performance.now() + this.#options.stopTimeoutMs;
    while (this.#seats.some((seat) => seat.pieces.length > 0) && performance.now() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const error = new TocsinError('scorer_unavailable', 'The scorer was stopped.', { retryable: true });
    for (const piece of [...this.#queue, ...this.#seats.flatMap((seat) => this.#release(seat))]) this.#fail(piece.request, error);
    this.#queue = [];
    this.#queued = 0;
    const seats = this.#seats;
    this.#seats = [];
    await Promise.all(seats.map((seat) => seat.thread.terminate()));
    this.#state = 'stopped';
  }
}

/** A pool of threads that each hold the model; start() it before use. */
export function createScorerPool(options: ScorerPoolOptions): ScorerPool {
  return new WorkerPool(options);
}
