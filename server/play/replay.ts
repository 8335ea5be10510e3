import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { deriveId } from './derive-id.ts';
import { FeedbackClient, type ClientLimits, type Posting } from './feedback-client.ts';
import { FLUSH, postFeedback, REFUSED_KEPT_MAX, type PostReport } from './post-feedback.ts';
import { readJsonRows, type InputRow } from './read-json-rows.ts';

/** How far the server is with what it accepted. */
export interface Settlement {
  /** True when nothing accepted waits to be scored, counted or stored. */
  settled: boolean;
  /** What it still waits for, for a person to read. */
  detail: string;
}

/** Asks the server, once. Rejecting counts as "not yet". */
export type AskSettlement = () => Promise<Settlement>;

export type ReplayEvent =
  /** `share` of the file that is read, 0 to 1; null where that is not known. */
  | { kind: 'progress'; accepted: number; refused: number; itemsPerSecond: number; share: number | null }
  /** A line that cannot be sent, or an item that the server refused. */
  | { kind: 'problem'; line: number; reason: string }
  | { kind: 'waiting'; detail: string };

export interface ReplayOptions {
  file: string;
  /** What stands in the file, a few rows at a time. Absent: it holds JSON lines, plain or gzip. */
  rows?: (() => AsyncIterable<InputRow[]>) | undefined;
  /** How much of the file is read, 0 to 1. */
  readShare?: (() => number) | undefined;
  /** The server, such as `http://127.0.0.1:8080`. */
  url: string;
  token?: string | undefined;
  /** Send items at the distances of their `createdAt`, this many times faster. Absent: as fast as the server takes them. */
  speed?: number | undefined;
  /** Stop after this many lines that hold an item. */
  limit?: number | undefined;
  batchSize?: number | undefined;
  concurrency?: number | undefined;
  clock: Clock;
  report?: (event: ReplayEvent) => void;
  askSettlement?: AskSettlement | undefined;
  /** Longest wait for the server to catch up after the last item. */
  settleMsMax?: number | undefined;
  clientLimits?: Partial<ClientLimits>;
  signal?: AbortSignal | undefined;
}

export interface ReplayProblem {
  line: number;
  reason: string;
}

export interface ReplaySummary {
  file: string;
  /** Lines that held an item. */
  items: number;
  accepted: number;
  /** Unusable lines and refused items together. */
  refused: number;
  /** The first of them. */
  problems: ReplayProblem[];
  retries: number;
  /** From the first item to the last answer. */
  sendMs: number;
  /** Accepted over `sendMs`. */
  itemsPerSecond: number;
  /** Whether the server had stored and counted everything in the end; null when it was not asked. */
  settled: boolean | null;
  /** From the first item until then. */
  totalMs: number;
}

const REPLAY_DEFAULTS = { batchSize: 500, concurrency: 4, settleMsMax: 600_000 };
const PROGRESS_EVERY_MS = 500;
const SETTLE_POLL_MS = 100;

/**
 * Posts every item of a file and waits until the server has stored and counted them all. A line or row that cannot be read
 * is reported with its number, and the rest goes on. Items without an id get one that the same line gets again.
 * @throws TocsinError `input_unreadable`, `server_unreachable`, or the server's own code; what was accepted before stays accepted
 */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { file, url, token, clock, signal, clientLimits } = options;
  const concurrency = options.concurrency ?? REPLAY_DEFAULTS.concurrency;
  const report = options.report ?? (() => undefined);
  const client = new FeedbackClient({ url, token, clock, signal, limits: { connectionsMax: concurrency, ...clientLimits } });
  const reader = new ReplayReader(options, report);
  const startedAtMs = clock.nowMs();
  let shownAtMs = startedAtMs;
  const onProgress = ({ accepted, refused, durationMs }: PostReport): void => {
    if (clock.nowMs() - shownAtMs < PROGRESS_EVERY_MS) return;
    shownAtMs = clock.nowMs();
    report({ kind: 'progress', accepted, refused: refused + reader.unusable, itemsPerSecond: perSecond(accepted, durationMs), share: options.readShare?.() ?? null });
  };
  let posted: PostReport;
  try {
    posted = await postFeedback(reader.postings(), {
      client, clock, concurrency, onProgress,
      batchItemsMax: options.batchSize ?? REPLAY_DEFAULTS.batchSize,
      onRefused: ({ place, field, message }) => reader.noteProblem(place, `was refused: ${message || field}`),
    });
  } finally {
    client.close();
  }
  const settled = posted.accepted === 0 || options.askSettlement === undefined ? null : await waitUntilSettled(options.askSettlement, options, report);
  return {
    file,
    items: reader.items,
    accepted: posted.accepted,
    refused: posted.refused + reader.unusable,
    problems: reader.problems,
    retries: posted.retries,
    sendMs: posted.durationMs,
    itemsPerSecond: perSecond(posted.accepted, posted.durationMs),
    settled,
    totalMs: clock.nowMs() - startedAtMs,
  };
}

/** Turns the file's lines into postings, at the asked speed, and keeps what went wrong. */
class ReplayReader {
  items = 0;
  unusable = 0;
  readonly problems: ReplayProblem[] = [];
  readonly #options: ReplayOptions;
  readonly #report: (event: ReplayEvent) => void;
  #firstEventMs: number | undefined;
  #firstSentMs = 0;

  constructor(options: ReplayOptions, report: (event: ReplayEvent) => void) {
    this.#options = options;
    this.#report = report;
  }

  async *postings(): AsyncGenerator<Posting | typeof FLUSH> {
    const { file, limit = Infinity, rows = () => readJsonRows(file) } = this.#options;
    const name = basename(file);
    if (limit <= 0) return;
    for await (const some of rows()) {
      for (const row of some) {
        if (row.kind === 'unusable') {
          this.unusable += 1;
          this.noteProblem(row.number, row.reason);
          continue;
        }
        const { item, number, content } = row;
        const id = typeof item.id === 'string' && item.id !== '' ? item.id : deriveId(name, number, content);
        const waitMs = this.#options.speed === undefined ? 0 : this.#untilTurnMs(item.createdAt, this.#options.speed);
        if (waitMs > 1) {
          yield FLUSH;
          await sleep(waitMs, undefined, { signal: this.#options.signal });
        }
        this.items += 1;
        yield { line: JSON.stringify({ ...item, id }), place: number };
        if (this.items >= limit) return;
      }
    }
  }

  noteProblem(line: number, reason: string): void {
    if (this.problems.length < REFUSED_KEPT_MAX) this.problems.push({ line, reason });
    this.#report({ kind: 'problem', line, reason });
  }

  /** How long until it is this item's turn. Items without a readable time go at once. */
  #untilTurnMs(createdAt: unknown, speed: number): number {
    const eventMs = typeof createdAt === 'string' ? Date.parse(createdAt) : Number.NaN;
    if (Number.isNaN(eventMs)) return 0;
    const nowMs = this.#options.clock.nowMs();
    if (this.#firstEventMs === undefined) {
      this.#firstEventMs = eventMs;
      this.#firstSentMs = nowMs;
    }
    return this.#firstSentMs + (eventMs - this.#firstEventMs) / speed - nowMs;
  }
}

async function waitUntilSettled(ask: AskSettlement, { clock, signal, settleMsMax = REPLAY_DEFAULTS.settleMsMax }: ReplayOptions, report: (event: ReplayEvent) => void): Promise<boolean> {
  const untilMs = clock.nowMs() + settleMsMax;
  let shownAtMs = -Infinity;
  for (;;) {
    const { settled, detail } = await ask().catch((error: unknown) => ({ settled: false, detail: error instanceof Error ? error.message : String(error) }));
    if (settled) return true;
    if (clock.nowMs() >= untilMs) return false;
    if (clock.nowMs() - shownAtMs >= PROGRESS_EVERY_MS) {
      shownAtMs = clock.nowMs();
      report({ kind: 'waiting', detail });
    }
    await sleep(SETTLE_POLL_MS, undefined, { signal });
  }
}

function perSecond(count: number, durationMs: number): number {
  return durationMs > 0 ? Math.round((count * 1_000) / durationMs) : 0;
}
