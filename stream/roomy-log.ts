import { logFull } from './bus/bus-errors.ts';
import type { Appended, AppendLog, LogInfo, LogName } from './ports.ts';

/** Of a log's size limit, kept for what is not feedback: ticks, rule sets, the past of new rules. */
const KEPT_SHARE = 0.1;
/** From this share on, each append asks anew. */
const CLOSE_SHARE = 0.85;
const LOOK_EVERY_MS = 500;

export interface RoomyLogParts {
  name: LogName;
  log: AppendLog & { info(): Promise<LogInfo> };
  nowMs(): number;
}

/**
 * A log that takes no more once nine tenths of it are full. Without a tick the counter takes no snapshot, and without a snapshot nothing of the
 * scored log may go: a log that frames had filled to its end would stay full for ever.
 */
export class RoomyLog implements AppendLog {
  readonly #parts: RoomyLogParts;
  #look: { atMs: number; bytes: number; bytesMax: number } | undefined;
  #looking: Promise<void> | undefined;

  constructor(parts: RoomyLogParts) {
    this.#parts = parts;
  }

  /** As the log's own; rejects with `overloaded` where the room that is kept would be touched. */
  async append(bytes: Uint8Array, messageId: string): Promise<Appended> {
    await this.#lookAgain();
    const look = this.#look;
    if (look !== undefined && look.bytes + bytes.length > look.bytesMax * (1 - KEPT_SHARE)) throw logFull(this.#parts.name);
    // Others append as well; what this process adds is known at once.
    if (look !== undefined) look.bytes += bytes.length;
    return await this.#parts.log.append(bytes, messageId);
  }

  /** Waits for the answer only where the log may be nearly full. */
  async #lookAgain(): Promise<void> {
    const look = this.#look;
    const isClose = look === undefined || look.bytes > look.bytesMax * CLOSE_SHARE;
    if (look !== undefined && !isClose && this.#parts.nowMs() - look.atMs < LOOK_EVERY_MS) return;
    this.#looking ??= this.#ask().finally(() => {
      this.#looking = undefined;
    });
    if (isClose) await this.#looking;
    else this.#looking.catch(() => undefined);
  }

  async #ask(): Promise<void> {
    const { bytes, bytesMax } = await this.#parts.log.info();
    this.#look = { atMs: this.#parts.nowMs(), bytes, bytesMax: bytesMax ?? Number.POSITIVE_INFINITY };
  }
}
