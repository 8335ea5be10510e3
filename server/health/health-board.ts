import type { Clock } from '../../core/clock.ts';
import type { HealthPart, HealthReport } from '../../core/live.ts';
import { healthInChinese } from '../words/error-in-chinese.ts';

interface Part {
  ok: boolean;
  reason?: string;
  /** A part that promises a word every so often is not ready when it falls silent. */
  silentAfterMs?: number;
  saidAtMs: number;
}

/** Where the parts of this process say how they are; what /readyz and the wall's health line show. */
export class HealthBoard {
  readonly #clock: Clock;
  readonly #parts = new Map<string, Part>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ok(part: string, silentAfterMs?: number): void {
    this.#parts.set(part, { ok: true, saidAtMs: this.#clock.nowMs(), ...(silentAfterMs === undefined ? {} : { silentAfterMs }) });
  }

  /** It works, and a person should know something of it. */
  note(part: string, reason: string): void {
    this.#parts.set(part, { ok: true, reason, saidAtMs: this.#clock.nowMs() });
  }

  notOk(part: string, reason: string): void {
    this.#parts.set(part, { ok: false, reason, saidAtMs: this.#clock.nowMs() });
  }

  report(): HealthReport {
    const nowMs = this.#clock.nowMs();
    const parts = [...this.#parts].map(([part, said]) => {
      const silentMs = nowMs - said.saidAtMs;
      if (said.ok && said.silentAfterMs !== undefined && silentMs > said.silentAfterMs) {
        return wordsOf(part, false, `no sign of life for ${(silentMs / 1000).toFixed(0)} s`);
      }
      return said.ok && said.reason === undefined ? { part, ok: true } : wordsOf(part, said.ok, said.reason ?? 'not ready');
    });
    return { atMs: nowMs, ready: parts.length > 0 && parts.every((part) => part.ok), parts };
  }
}

/** A part with its reason in both languages. Pure. */
export function wordsOf(part: string, ok: boolean, reason: string): HealthPart {
  return { part, ok, reason, reasonZh: healthInChinese(reason) };
}
