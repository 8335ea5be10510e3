import { takeWhile } from 'rxjs';
import type { Clock } from '../../core/clock.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { decodeJson } from '../frames/record.ts';
import type { LogInfo, ReadLog, TrimLog } from '../ports.ts';

const EVERY_MS = 24 * 3_600_000;
const READ_AHEAD = 64;

type AlertLog = 'alerts' | 'deliveries';

export interface AlertLogTrimmerParts {
  logs: Record<AlertLog, Pick<ReadLog, 'read' | 'info'> & TrimLog>;
  isOpen(alertId: string): boolean;
  /** Entries younger than this stay. */
  keepMs: number;
  clock: Clock;
  telemetry: Telemetry;
}

/**
 * Removes what is long over from the logs of alerts and deliveries: from the oldest entry on, up to the first that is young
 * or belongs to an alert that is still open. The newest entry always stays: the counter finds there how far it published.
 */
export class AlertLogTrimmer {
  readonly #parts: AlertLogTrimmerParts;
  #doneAtMs = -Infinity;

  constructor(parts: AlertLogTrimmerParts) {
    this.#parts = parts;
  }

  /** Does its work once a day, however often it is called. */
  async trim(): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs - this.#doneAtMs < EVERY_MS) return;
    this.#doneAtMs = nowMs;
    for (const name of ['alerts', 'deliveries'] as const) await this.#trimLog(name, nowMs);
  }

  async #trimLog(name: AlertLog, nowMs: number): Promise<void> {
    const { logs, keepMs, telemetry } = this.#parts;
    const info = await logs[name].info();
    if (info.entries < 2 || info.oldestAtMs === null || info.oldestAtMs >= nowMs - keepMs) return;
    const upTo = await this.#lastOfOld(name, nowMs, info);
    if (upTo < info.firstSequence) return;
    await logs[name].trim(upTo);
    telemetry({ kind: 'log-trimmed', log: name, entries: upTo - info.firstSequence + 1 });
  }

  #lastOfOld(name: AlertLog, nowMs: number, { firstSequence, lastSequence }: LogInfo): Promise<number> {
    const { logs, isOpen, keepMs } = this.#parts;
    return new Promise((resolve, reject) => {
      let upTo = firstSequence - 1;
      logs[name].read(firstSequence, READ_AHEAD).pipe(
        takeWhile(({ entry }) => entry.sequence < lastSequence && entry.timeMs < nowMs - keepMs && !isOpen(alertOf(name, entry.value))),
      ).subscribe({
        next(delivery) {
          upTo = delivery.entry.sequence;
          delivery.ack();
        },
        error: reject,
        complete: () => resolve(upTo),
      });
    });
  }
}

/** An entry that cannot be read belongs to no alert. */
function alertOf(name: AlertLog, bytes: Uint8Array): string {
  try {
    return name === 'alerts' ? decodeJson('alert', bytes).alertId : decodeJson('delivery', bytes).alertId;
  } catch {
    return '';
  }
}
