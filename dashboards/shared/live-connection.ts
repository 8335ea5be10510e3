import type { LiveMessage, LiveSubscribe, LiveTopic } from '../../core/live.ts';
import { retryDelayMs } from './backoff.ts';
import { parseLiveMessage } from './live-message.ts';

/** A socket that has not opened by then is given up. */
export const OPEN_TIMEOUT_MS = 10_000;
/** The server speaks once a second; after this silence the line is taken for dead, a pulled cable among the causes. */
export const SILENCE_MAX_MS = 10_000;

/** `attempt` counts from 1 and starts again with the first message received. */
export type ConnectionPhase =
  | { kind: 'connecting'; attempt: number }
  | { kind: 'live' }
  | { kind: 'lost'; attempt: number; retryInMs: number };

/** What a socket tells; nothing more is heard after `closed`. */
export interface SocketEvents {
  opened(): void;
  received(data: unknown): void;
  /** Also for a socket that never opened. */
  closed(): void;
}

export interface LiveSocket {
  send(text: string): void;
  close(): void;
}

interface LiveConnectionOptions {
  topics: LiveTopic[];
  workspace: string | null;
  openSocket: (events: SocketEvents) => LiveSocket;
  /** Calls `run` once after `delayMs`; the answer cancels it. */
  schedule: (run: () => void, delayMs: number) => () => void;
  /** Uniform in [0, 1). */
  random: () => number;
  onMessage: (message: LiveMessage) => void;
  onPhase: (phase: ConnectionPhase) => void;
}

/** Keeps one subscription to `WS /live` alive for months: reconnects by itself and resumes after the last message it had. */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  #socket: LiveSocket | null = null;
  #cancelTimer: () => void = () => undefined;
  /** Counts sockets, so that one that was left is no longer heard. */
  #generation = 0;
  #attempt = 0;
  #lastEventId: string | null = null;
  #running = false;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
  }

  /** Idempotent. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#drop();
  }

  /** Ends a wait for the next attempt; for when the browser says that the network is back. */
  retryNow(): void {
    if (this.#running && this.#socket === null) this.#connect();
  }

  #connect(): void {
    this.#drop();
    this.#attempt += 1;
    this.#options.onPhase({ kind: 'connecting', attempt: this.#attempt });
    const generation = this.#generation;
    const ifCurrent = (run: () => void) => (): void => {
      if (generation === this.#generation) run();
    };
    this.#expectWithin(OPEN_TIMEOUT_MS);
    this.#socket = this.#options.openSocket({
      opened: ifCurrent(() => {
        this.#expectWithin(SILENCE_MAX_MS);
        this.#socket?.send(JSON.stringify(this.#subscription()));
      }),
      received: (data) => ifCurrent(() => this.#receive(data))(),
      closed: ifCurrent(() => this.#lose()),
    });
  }

  #subscription(): LiveSubscribe {
    const { topics, workspace } = this.#options;
    return {
      subscribe: topics,
      ...(workspace === null ? {} : { workspace }),
      ...(this.#lastEventId === null ? {} : { lastEventId: this.#lastEventId }),
    };
  }

  #receive(data: unknown): void {
    this.#expectWithin(SILENCE_MAX_MS);
    const message = typeof data === 'string' ? parseLiveMessage(data) : null;
    if (message === null) return;
    if (this.#attempt > 0) {
      this.#attempt = 0;
      this.#options.onPhase({ kind: 'live' });
    }
    this.#lastEventId = message.id;
    this.#options.onMessage(message);
  }

  #lose(): void {
    this.#drop();
    if (!this.#running) return;
    const retryInMs = retryDelayMs(Math.max(1, this.#attempt), this.#options.random());
    this.#options.onPhase({ kind: 'lost', attempt: this.#attempt, retryInMs });
    this.#cancelTimer = this.#options.schedule(() => this.#connect(), retryInMs);
  }

  #expectWithin(delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.schedule(() => this.#lose(), delayMs);
  }

  /** Leaves the socket without waiting for its close, which on a dead line would come minutes later. */
  #drop(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    this.#generation += 1;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
