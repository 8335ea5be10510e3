import type { Clock } from '../../core/clock.ts';
import type { Settings } from '../config/settings.ts';
import type { HealthBoard } from '../health/health-board.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What every role is given. */
export interface AppContext {
  settings: Settings;
  logger: Logger;
  clock: Clock;
  metrics: Metrics;
  health: HealthBoard;
  /** Where people reach this server, without a slash at the end; known once the gateway listens. */
  publicUrl(): string;
  /** When aborted, processes that belong to this one are killed at once, and what they have is lost. */
  abandoned?: AbortSignal | undefined;
  /** When aborted, a start of such a process that is under way is given up. */
  interrupted?: AbortSignal | undefined;
  /** A part failed for good: the app stops. */
  fail(error: Error): void;
}

/** A running role. `stop` takes nothing new, finishes what is under way within `timeoutMs`, and is idempotent. */
export interface Role {
  stop(timeoutMs: number): Promise<void>;
}
