import { TocsinError } from '../core/errors.ts';
import type { Score } from '../core/score.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { FrameToScore, ScoredBytes } from '../stream/score/score-frame-batch.ts';
import { failPiece, framePiece, PieceQueue, settleFrame, settleTexts, textPieces } from './pool-work.ts';
import { Seat } from './pool-seat.ts';
import type { ScorerInput } from './scorer.ts';
import { toTocsinError } from './worker-thread.ts';
import type { FromWorker, WorkerSettings } from './worker-messages.ts';

export interface ScorerPoolOptions extends WorkerSettings {
  /** Threads with a model each, 1 to 64. */
  workers: number;
  telemetry: Telemetry;
  /** Texts in one hand-over to a thread; what its model takes at once when absent. */
  batchMax?: number;
  /** Texts that may wait; a request of more is refused with `overloaded`. Frames are bounded by who takes them off the log. */
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
  /** Never refused for want of room: a frame that is off the log has to be scored. Rejects with `scorer_unavailable` or `frame_corrupt`. */
  scoreFrame(frame: FrameToScore): Promise<ScoredBytes>;
  /**
   * Loads the model again, with these settings. Nothing waits and nothing is lost: threads change one after the other, each
   * between two batches, and what one scores carries its own version. Rejects with `model_corrupt` or `invalid_setting` for a
   * model that does not load, and then all goes on as before. Calls are served one after the other.
   */
  reload(settings: WorkerSettings): Promise<void>;
  stop(): Promise<void>;
  /** Known once started. */
  readonly version: string;
  readonly backend: string;
}

const WORKERS_MAX = 64;
/** Until a thread has said what its model takes at once. */
const BATCH_MIN = 64;
const QUEUE_MAX = 20_000;
const BATCH_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
/** A text that took so many threads with it is not tried again. */
const ATTEMPTS_MAX = 3;
/** Threads that die before they are ready, one after the other, until the pool gives up. */
const FAILED_STARTS_MAX = 5;

interface Waiting {
  resolve(): void;
  reject(error: TocsinError): void;
}

class WorkerPool implements ScorerPool {
  readonly #options: Required<Omit<ScorerPoolOptions, keyof WorkerSettings | 'program' | 'batchMax'>> & { batchMax: number | undefined };
  readonly #program: URL | undefined;
  #settings: WorkerSettings;
  #seats: Seat[] = [];
  readonly #queue = new PieceQueue();
  #state: 'new' | 'starting' | 'running' | 'stopping' | 'stopped' = 'new';
  #started: Promise<void> | null = null;
  #reloading: Promise<void> = Promise.resolve();
  /** Those who wait for a thread to be ready. */
  readonly #waiting = new Map<Seat, Waiting>();
  #batches = 0;
  #threadsMade = 0;
  #failedStarts = 0;
  version = '';
  backend = '';

  constructor({ model, modelDir, backend, taxonomyFile, program, ...options }: ScorerPoolOptions) {
    this.#settings = { model, modelDir, backend, taxonomyFile };
    this.#program = program;
    this.#options = {
      workers: Math.min(WORKERS_MAX, Math.max(1, Math.floor(options.workers))),
      telemetry: options.telemetry,
      batchMax: options.batchMax,
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
      await Promise.all(Array.from({ length: this.#options.workers }, () => this.#openReady(this.#settings)));
    } catch (cause) {
      await this.stop();
      throw cause;
    }
    if (this.#state === 'starting') this.#state = 'running';
    this.#dispatch();
  }

  #open(settings: WorkerSettings): Seat {
    const seat = new Seat(`scorer-${++this.#threadsMade}`, settings, {
      events: { onMessage: (each, message) => this.#hear(each, message), onEnd: (each, reason) => this.#ended(each, reason) },
      timeoutMs: this.#options.batchTimeoutMs,
      program: this.#program,
    });
    this.#seats.push(seat);
    return seat;
  }

  #openReady(settings: WorkerSettings): Promise<Seat> {
    const seat = this.#open(settings);
    return new Promise((resolve, reject) => this.#waiting.set(seat, { resolve: () => resolve(seat), reject }));
  }

  reload(settings: WorkerSettings): Promise<void> {
    const turn = this.#reloading.then(() => this.#changeThreads(settings));
    this.#reloading = turn.catch(() => undefined);
    return turn;
  }

  async #changeThreads(settings: WorkerSettings): Promise<void> {
    if (this.#state !== 'running') throw unavailable('The scorer is not running.');
    const old = this.#seats.filter(({ state }) => state === 'starting' || state === 'ready');
    const first = await this.#openReady(settings);
    // It loads and answers: from here on there is no way back, and a thread that dies comes back with the new model.
    this.#settings = settings;
    this.version = first.version;
    this.backend = first.backend;
    for (const [at, seat] of old.entries()) {
      // One that does not start now is tried again as one that died would be.
      if (at > 0) await this.#openReady(settings).catch(() => this.#open(settings));
      this.#retire(seat);
    }
  }

  #retire(seat: Seat): void {
    if (seat.state === 'ended') return;
    seat.state = 'retired';
    if (!seat.busy) void seat.thread.terminate();
  }

  score(inputs: readonly ScorerInput[]): Promise<Score[]> {
    if (inputs.length === 0) return Promise.resolve([]);
    const refusal = this.#notRunning() ?? this.#noRoom(inputs.length);
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const request = { scores: new Array<Score>(inputs.length), missing: inputs.length, settled: false, resolve, reject };
      this.#enqueue(textPieces(inputs, request, Math.min(this.#batchMax(), Math.ceil(inputs.length / this.#options.workers))));
    });
  }

  scoreFrame(frame: FrameToScore): Promise<ScoredBytes> {
    const refusal = this.#notRunning();
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => this.#enqueue([framePiece(frame, resolve, reject)]));
  }

  #notRunning(): TocsinError | null {
    return this.#state === 'running' || this.#state === 'starting' ? null : unavailable('The scorer is not running.');
  }

  #noRoom(texts: number): TocsinError | null {
    const { texts: waiting } = this.#queue;
    if (waiting === 0 || waiting + texts <= this.#options.queueMax) return null;
    return new TocsinError('overloaded', `${waiting} texts wait for the scorer; at most ${this.#options.queueMax} may.`, { retryable: true });
  }

  #enqueue(pieces: Parameters<PieceQueue['push']>[0]): void {
    this.#queue.push(pieces);
    this.#options.telemetry({ kind: 'queue-depth', queue: 'scorer', depth: this.#queue.texts, limit: this.#options.queueMax });
    this.#dispatch();
  }

  #batchMax(): number {
    return this.#options.batchMax ?? Math.max(BATCH_MIN, ...this.#seats.map(({ textsMax }) => textsMax));
  }

  /** Hands the queue to threads that have a hand free; those with nothing in hand come first. */
  #dispatch(): void {
    const free = this.#seats.filter((seat) => seat.takesMore).sort((a, b) => Number(a.busy) - Number(b.busy));
    for (const seat of free) {
      if (seat.busy && this.#queue.nextIsSuspect) continue;
      const pieces = this.#queue.take(this.#batchMax());
      if (pieces.length === 0) return;
      seat.give(++this.#batches, pieces);
    }
  }

  #hear(seat: Seat, message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        seat.state = 'ready';
        seat.version = message.version;
        seat.backend = message.backend;
        seat.textsMax = message.textsMax;
        this.#failedStarts = 0;
        if (this.version === '') [this.version, this.backend] = [message.version, message.backend];
        this.#waiting.get(seat)?.resolve();
        this.#waiting.delete(seat);
        break;
      case 'unusable':
        this.#refuse(seat, toTocsinError(message.error));
        return;
      case 'scored': {
        let texts = 0;
        let frames = 0;
        for (const piece of seat.release(message.batch)) {
          if (piece.kind === 'texts') settleTexts(piece, message.scores.slice(texts, texts += piece.texts));
          else settleFrame(piece, message.frames[frames++]!, toTocsinError);
        }
        break;
      }
      case 'failed': {
        const error = toTocsinError(message.error);
        for (const piece of seat.release(message.batch)) failPiece(piece, error);
        break;
      }
    }
    if (seat.state === 'retired' && !seat.busy) void seat.thread.terminate();
    this.#dispatch();
  }

  /** A thread that cannot load its model: whoever waits for it hears why; any other is tried again a few times. */
  #refuse(seat: Seat, error: TocsinError): void {
    const waiting = this.#waiting.get(seat);
    this.#waiting.delete(seat);
    if (waiting !== undefined) {
      seat.state = 'retired';
      waiting.reject(error);
    }
    void seat.thread.terminate();
  }

  /** A thread ended: what it had in hand is scored again by another, at the head of the queue, in its order. */
  #ended(seat: Seat, reason: string): void {
    const pieces = seat.releaseAll();
    const { state } = seat;
    seat.state = 'ended';
    this.#seats = this.#seats.filter((each) => each !== seat);
    const waiting = this.#waiting.get(seat);
    this.#waiting.delete(seat);
    waiting?.reject(unavailable(`A thread of the scorer ended before it was ready: ${reason}.`));
    const isStopping = this.#state === 'stopping' || this.#state === 'stopped';
    if (isStopping) {
      for (const piece of pieces) failPiece(piece, unavailable('The scorer was stopped.'));
      return;
    }
    for (const piece of pieces) {
      if (piece.attempts >= ATTEMPTS_MAX) failPiece(piece, unavailable(`Scoring stopped ${ATTEMPTS_MAX} worker threads: ${reason}.`));
    }
    this.#queue.putBack(pieces.filter(({ attempts }) => attempts < ATTEMPTS_MAX));
    if (state === 'retired' || waiting !== undefined) {
      this.#dispatch();
      return;
    }
    this.#options.telemetry({ kind: 'worker-replaced', worker: seat.thread.name, reason });
    if (state === 'starting') this.#failedStarts++;
    if (this.#failedStarts >= FAILED_STARTS_MAX) this.#giveUp(reason);
    else this.#open(this.#settings);
    this.#dispatch();
  }

  #giveUp(reason: string): void {
    for (const piece of this.#queue.empty()) failPiece(piece, unavailable(`The scorer's threads end as soon as they start: ${reason}.`));
    if (this.#seats.length === 0) this.#state = 'stopped';
  }

  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopping';
    const untilMs = performance.now() + this.#options.stopTimeoutMs;
    while (this.#seats.some((seat) => seat.busy) && performance.now() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const error = unavailable('The scorer was stopped.');
    for (const piece of [...this.#queue.empty(), ...this.#seats.flatMap((seat) => seat.releaseAll())]) failPiece(piece, error);
    await Promise.all(this.#seats.map((seat) => seat.thread.terminate()));
    this.#state = 'stopped';
  }
}

function unavailable(message: string): TocsinError {
  return new TocsinError('scorer_unavailable', message, { retryable: true });
}

/** A pool of threads that each hold the model; start() it before use. */
export function createScorerPool(options: ScorerPoolOptions): ScorerPool {
  return new WorkerPool(options);
}
