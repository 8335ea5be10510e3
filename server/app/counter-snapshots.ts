import { captureState } from '../../stream/counter/capture-state.ts';
import type { CounterConfig } from '../../stream/counter/config.ts';
import { STATE_FORMAT, STATE_MIGRATIONS, decodeState } from '../../stream/counter/encode-state.ts';
import { createState } from '../../stream/counter/state.ts';
import type { CounterState } from '../../stream/counter/state.ts';
import type { Bus } from '../../stream/ports.ts';
import { restoreState } from '../../stream/snapshot/restore.ts';
import { Snapshots } from '../../stream/snapshot/snapshots.ts';
import { AlertLogTrimmer } from '../../stream/snapshot/trim-alert-logs.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { AppContext } from './app-context.ts';

const HOUR_MS = 3_600_000;
/** A second apart; then the start fails. */
const SNAPSHOT_ATTEMPTS_MAX = 60;

export interface CounterStart {
  state: CounterState;
  snapshots: Snapshots;
}

/** The counter's state as the newest usable snapshot has it, or an empty one; and what will write the next snapshots. @param isOpenBeside whether an alert that is not of the counter is open */
export async function openCounterState({ settings, logger, clock, metrics: { telemetry } }: AppContext, bus: Bus, config: Partial<CounterConfig>, isOpenBeside: (alertId: string) => boolean): Promise<CounterStart> {
  const scored = bus.log('scored');
  const log = await scored.info();
  const store = bus.snapshots();
  const startedAtMs = clock.nowMs();
  const report = (sentence: string, snapshot: string | null, sequence: number): void => {
    logger.info({ part: 'counter', snapshot, sequence, entries: log.lastSequence - sequence, tookMs: clock.nowMs() - startedAtMs }, sentence);
  };
  const restored = await restoreState({
    store,
    log,
    reader: { format: STATE_FORMAT, decode: (bytes) => decodeState(bytes, config), migrations: STATE_MIGRATIONS },
    onRejected(fault, sentence) {
      telemetry({ kind: 'snapshot-rejected', reason: fault });
      logger.warn({ part: 'counter', fault }, sentence);
    },
    onNone: (sentence) => report(sentence, null, 0),
    patience: { timers: systemTimers, attemptsMax: SNAPSHOT_ATTEMPTS_MAX, onRetry: (error) => logger.warn({ part: 'counter', err: error }, 'the snapshots cannot be read; they are asked for again') },
  });
  if (restored !== null) {
    const { sequence } = restored.header;
    report(`The counter starts from the snapshot at entry ${sequence} of the scored log; ${log.lastSequence - sequence} entries follow it.`, restored.name, sequence);
  }
  const state = restored?.state ?? createState(config, log.firstSequence > 1 ? { sequence: log.firstSequence, timeMs: log.oldestAtMs ?? clock.nowMs() } : undefined);
  const alertLogs = new AlertLogTrimmer({
    logs: { alerts: bus.log('alerts'), deliveries: bus.log('deliveries') },
    isOpen: (alertId) => isOpenBeside(alertId) || state.rules.some(({ open }) => [...open.entries()].some(([, alert]) => alert.alertId === alertId)),
    keepMs: settings.TOCSIN_ALERT_LOG_KEEP_DAYS * 24 * HOUR_MS,
    clock,
    telemetry,
  });
  const snapshots = new Snapshots({
    store,
    scored,
    capture: () => captureState(state),
    stateFormat: STATE_FORMAT,
    logIdentity: log.identity,
    marks: restored?.header.marks ?? [],
    intervalMs: settings.TOCSIN_SNAPSHOT_INTERVAL_SECONDS * 1000,
    generations: settings.TOCSIN_SNAPSHOT_GENERATIONS,
    keepLogMs: settings.TOCSIN_SCORED_LOG_KEEP_HOURS * HOUR_MS,
    logBytesMax: settings.TOCSIN_SCORED_LOG_BYTES_MAX,
    clock,
    telemetry,
    onBegun: (sequence) => logger.debug({ part: 'counter', sequence }, 'a snapshot of the counter is being written'),
    onWritten(snapshot) {
      logger.debug({ part: 'counter', ...snapshot }, 'a snapshot of the counter was written');
      alertLogs.trim().catch((error: unknown) => logger.warn({ part: 'counter', err: error }, 'old entries of the alert logs could not be removed'));
    },
    onFailed: (error) => logger.warn({ part: 'counter', err: error }, 'a snapshot of the counter could not be written; the next one is tried later'),
  });
  return { state, snapshots };
}
