import { join } from 'node:path';
import { sharedItem, type SharedQuestion } from '../../alerts/evidence/shared-items.ts';
import type { CountsQuery } from '../../core/counts.ts';
import type { Counted } from '../../stream/count-entries.ts';
import { CounterFlow } from '../../stream/counter-flow.ts';
import type { CounterConfig } from '../../stream/counter/config.ts';
import type { CounterState } from '../../stream/counter/state.ts';
import { ConditionFiller } from '../../stream/fill/condition-filler.ts';
import { historyOf } from '../../stream/fill/read-history.ts';
import type { Bus } from '../../stream/ports.ts';
import { FileSpool } from '../../stream/store/file-spool.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import type { UnstoredQuery } from '../../stream/unstored-items.ts';
import type { Settings } from '../config/settings.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { AppContext, Role } from './app-context.ts';
import { startCounterGauges } from './counter-gauges.ts';
import { describeNotice } from './describe-notice.ts';
import { duplicateConfig } from './duplicate-config.ts';
import { openCounterState } from './counter-snapshots.ts';
import { startReconciliation } from './reconciliation.ts';
import { OwnTroubles } from './own-troubles.ts';
import { startRecordSinks } from './record-sinks.ts';
import type { RecordPlaces } from './record-sinks.ts';

const HOUR_MS = 3_600_000;
/** A rule that the store does not fill in this time fires on what it has. */
const FILL_WAIT_MS_MAX = 600_000;
/** With a tick a second, this long without an entry means that something is stuck. */
const SILENT_AFTER_MS = 10_000;

export interface CounterParts {
  bus: Bus;
  store: Store;
  rules: RuleBook;
  /** Told how far the logs of records are stored. */
  places: RecordPlaces;
}

/** Starts the counter; resolves when it has caught up with what stood on the log. */
export async function startCounterRole(given: AppContext, { bus, store, rules, places }: CounterParts): Promise<Role> {
  const troubles = new OwnTroubles(given, bus);
  const context: AppContext = { ...given, metrics: { ...given.metrics, telemetry: troubles.telemetry } };
  const { settings, clock, metrics, health, logger } = context;
  const stopAnswering: (() => void)[] = [];
  let entriesReadBack = 0;
  const { state, snapshots } = await openCounterState(context, bus, counterSettings(settings), (alertId) => troubles.isOpen(alertId));
  const filler = fillerOf(context, { bus, store, state, isStoredBefore: (sequence) => flow.isStoredBefore(sequence) });
  const spoolBytesMax = settings.TOCSIN_STORE_SPOOL_BYTES_MAX;
  const flow: CounterFlow = new CounterFlow({
    bus,
    writer: new ClickHouseWriter(store),
    ...(spoolBytesMax === 0 ? {} : { spool: new FileSpool(join(settings.TOCSIN_DATA_DIR, 'spool'), spoolBytesMax) }),
    onSpoolFailed: (error) => logger.warn({ part: 'counter', err: error }, 'rows that wait for the store could not be put on disk; counting waits until the store takes them'),
    ruleSets: rules.sets(),
    state,
    snapshots,
    clock,
    telemetry: metrics.telemetry,
    onReadingBack(entries) {
      entriesReadBack = entries;
      stopAnswering.push(...answerQuestions(bus, flow));
      if (entries > 0) health.notOk('counter', `reading back ${entries} entries of the scored log`);
    },
    onCounted(entry, isCaughtUp) {
      onCounted(context, entry, isCaughtUp);
      if (isCaughtUp) filler.look();
    },
    ownAlerts: (workspace) => troubles.openAlerts(workspace),
    onLag: ({ lagMs }) => metrics.setGauge('tocsin_counter_lag_seconds', lagMs / 1000),
    fail(part, error) {
      health.notOk(part, error.message);
      context.fail(error);
    },
  });
  await flow.start();
  troubles.start({ flow, state });
  health.ok('counter', SILENT_AFTER_MS);
  logger.info({ entries: entriesReadBack }, 'the counter has caught up');
  stopAnswering.push(startCounterGauges(metrics, state));
  const reconciliation = startReconciliation(context, { bus, store, storedThrough: () => flow.storedThrough });
  const records = startRecordSinks(context, { bus, store, places });
  stopAnswering.push(bus.respond(SUBJECTS.reconciliation, async () => encode(reconciliation.latest())));
  return {
    async stop(timeoutMs) {
      troubles.stop();
      await records.stop(timeoutMs);
      filler.stop();
      reconciliation.stop();
      for (const stop of stopAnswering) stop();
      flow.stop();
      await snapshots.stop();
      health.notOk('counter', 'stopped');
    },
  };
}

function counterSettings(settings: Settings): Partial<CounterConfig> {
  return {
    latenessMaxMs: settings.TOCSIN_LATENESS_MAX_HOURS * HOUR_MS,
    fillWaitMaxMs: FILL_WAIT_MS_MAX,
    boardKeepMs: settings.TOCSIN_BOARD_KEEP_DAYS * 24 * HOUR_MS,
    duplicates: duplicateConfig(settings),
    timeZone: settings.TOCSIN_TIME_ZONE,
  };
}

/** What brings a new rule's past from the store. */
function fillerOf({ clock, metrics, logger }: AppContext, { bus, store, state, isStoredBefore }: { bus: Bus; store: Store; state: CounterState; isStoredBefore(sequence: number): boolean }): ConditionFiller {
  return new ConditionFiller({
    state,
    scored: bus.log('scored'),
    history: historyOf(store, async () => (await bus.log('scored').info()).identity),
    isStoredBefore,
    clock,
    timers: systemTimers,
    telemetry: metrics.telemetry,
    onRetry: (error) => logger.warn({ part: 'counter', err: error }, 'a new rule could not be filled from the store yet'),
  });
}

/** What other roles ask the counter. @returns what stops each answer */
function answerQuestions(bus: Bus, flow: CounterFlow): (() => void)[] {
  return [
    bus.respond(SUBJECTS.counts, async (body) => encode(flow.answer(decode(body) as CountsQuery))),
    bus.respond(SUBJECTS.unstoredItems, async (body) => encode(flow.unstoredItems(decode(body) as UnstoredQuery))),
    bus.respond(SUBJECTS.unstoredShared, async (body) => encode(flow.mapUnstored(sharedItem(decode(body) as SharedQuestion)))),
    bus.respond(SUBJECTS.status, async () => encode(await flow.status())),
  ];
}

function onCounted({ logger, health, metrics }: AppContext, entry: Counted, isCaughtUp: boolean): void {
  for (const notice of entry.notices) {
    logger.warn({ part: 'counter', ...notice }, 'the counter met a limit or a rule that does not work');
    metrics.telemetry({ kind: 'counter-noticed', notice: notice.kind });
    health.note('counter limits', describeNotice(notice));
  }
  if (isCaughtUp) health.ok('counter', SILENT_AFTER_MS);
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function decode(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}
