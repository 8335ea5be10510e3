import { IncidentDesk } from '../../alerts/desk/incident-desk.ts';
import { pairKey } from '../../alerts/incidents/decide-inhibition.ts';
import { candidatesFor } from '../../alerts/incidents/inhibition-sources.ts';
import type { DeskState } from '../../alerts/incidents/desk-state.ts';
import type { RoutingBook } from '../../alerts/routing/book.ts';
import { Notifier, NOTIFIER_LIMITS } from '../../alerts/notify/notifier.ts';
import { ZonedTime } from '../../alerts/notify/time-text.ts';
import { TroubleReader } from '../../alerts/troubles/read-troubles.ts';
import { TROUBLE_POLICIES as PRODUCT_POLICIES, type TroublePolicies } from '../../alerts/troubles/trouble-policies.ts';
import { TroubleWatch } from '../../alerts/troubles/trouble-watch.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { Prng } from '../../server/play/prng.ts';
import { FrameGatherer } from '../../server/gateway/gather-frames.ts';
import type { FeedbackIntake } from '../../server/gateway/services.ts';
import { createFeedbackIntake } from '../../server/gateway/take-feedback.ts';
import { RuleBook } from '../../server/rules/rule-book.ts';
import { CounterFlow } from '../../stream/counter-flow.ts';
import type { CounterConfig } from '../../stream/counter/config.ts';
import { fullestGrouping } from '../../stream/counter/fullest-grouping.ts';
import { captureState } from '../../stream/counter/capture-state.ts';
import { STATE_FORMAT, STATE_MIGRATIONS, decodeState } from '../../stream/counter/encode-state.ts';
import { createState, type CounterState } from '../../stream/counter/state.ts';
import { completeConfig } from '../../stream/duplicates/config.ts';
import { DeadLetters } from '../../stream/dead-letter-box/dead-letters.ts';
import { ConditionFiller, type ReadHistory } from '../../stream/fill/condition-filler.ts';
import type { Bus, SnapshotStore } from '../../stream/ports.ts';
import { scoreFrameBatch } from '../../stream/score/score-frame-batch.ts';
import type { FrameToScore, ScoredBytes } from '../../stream/score/score-frame-batch.ts';
import { scoreFrames } from '../../stream/score-frames.ts';
import { restoreState } from '../../stream/snapshot/restore.ts';
import { Snapshots } from '../../stream/snapshot/snapshots.ts';
import type { BatchWriter } from '../../stream/store/batch-writer.ts';
import type { RowSpool } from '../../stream/store/row-spool.ts';
import type { Faults, ScorerMood } from './faults.ts';
import { WORKSPACES } from './clients.ts';
import { channelTo, type Receiver } from './receiver.ts';
import { letters, scoreText } from './sample-feedback.ts';
import type { SimProcess } from './sim-process.ts';
import type { Span } from './span.ts';
import type { VirtualTime } from './virtual-time.ts';

const NODES = ['gateway-1', 'gateway-2', 'scorer-1', 'scorer-2', 'counter', 'incidents', 'incidents-2', 'notifier'] as const;
export type NodeName = (typeof NODES)[number];

/** In some lives two desks run beside each other, as during a hand-over, and keep their snapshots in one bucket. */
export function drawNodes(random: Prng, isOneProcess: boolean): readonly NodeName[] {
  const hasTwoDesks = !isOneProcess && random.chance(0.3);
  return NODES.filter((name) => name !== 'incidents-2' || hasTwoDesks);
}

export function isDesk(name: NodeName): boolean {
  return name === 'incidents' || name === 'incidents-2';
}

/** What one process is given; every part of it is seen through the process, so that its death ends it. */
export interface NodeParts {
  process: SimProcess;
  bus: Pick<Bus, 'log' | 'publish' | 'keyValue'>;
  time: VirtualTime;
  random: Prng;
  faults: Faults;
  span: Span;
  telemetry: Telemetry;
  /** A part failed for good. */
  fail(part: string, error: Error): void;
}

/** Small, so that each is met. */
const GATHER_LIMITS = { frameItemsMax: 16, framesInFlightMax: 3, itemsWaitingMax: 60 };
/** What a customer says again within this time does not count. */
export const HORIZON_MS = 72 * 3_600_000;
export const COUNTER_CONFIG: Partial<CounterConfig> = {
  latenessMaxMs: 10 * 60_000, distinctExactMax: 64, fillWaitMaxMs: 10 * 60_000,
  duplicates: completeConfig({ horizonMs: HORIZON_MS, itemsMax: 4_096, campaignCustomers: 3 }),
};
/** Quick ones, so that each opens and ends within a run. */
const TROUBLE_POLICIES: TroublePolicies = {
  ...PRODUCT_POLICIES,
  'dead-letters': { openAt: 1, openAfterMs: 0, endBelow: 1, endAfterMs: 2_000, severity: 'warning' },
  'store-away': { openAt: 4, openAfterMs: 0, endBelow: 1, endAfterMs: 4_000, severity: 'warning' },
  'snapshot-failing': { openAt: 2, openAfterMs: 0, endBelow: 2, endAfterMs: 0, severity: 'notice' },
  'lag': { openAt: 3, openAfterMs: 2_000, endBelow: 2, endAfterMs: 2_000, severity: 'critical' },
};
/** Few, so that rows are spooled. */
const PARKED_ROWS_MAX = 5;

const offsetAt = (): number => 8 * 3_600_000;
const times = new ZonedTime('Asia/Shanghai');

export function startGateway({ process, bus, time, random, span, telemetry }: NodeParts): FeedbackIntake {
  const makeId = (): string => letters(random, 20);
  const frames = new FrameGatherer({ log: bus.log('raw'), clock: time, telemetry, makeMessageId: makeId, limits: { ...GATHER_LIMITS, retryForMs: span.retryForMs }, timers: process.timers });
  // Real time slices a batch in real life; here a batch is one slice.
  return createFeedbackIntake({ frames, clock: time, makeId, offsetAt, hashKey: [1, 2, 3, 4], telemetry, limits: { turnMsMin: Number.POSITIVE_INFINITY } });
}

/** @param mood asked for each frame */
export function startScorer({ process, bus, time, random, span, telemetry, fail }: NodeParts, version: string, mood: () => ScorerMood): void {
  const score = async (items: readonly { text: string }[]): Promise<ReturnType<typeof scoreText>[]> => {
    const present = mood();
    const tookMs = present === 'slow' ? random.between(1_000, span.slowMs + 2_000) : present === 'hanging' ? span.hangMs : random.below(30);
    await new Promise<void>((resolve) => void process.timers.after(tookMs, resolve));
    if (present === 'failing') throw new TocsinError('scorer_unavailable', 'The threads of the scorer are gone.', { retryable: true });
    return items.map(({ text }) => scoreText(text));
  };
  const dead = new DeadLetters(bus.log('dead'), time, telemetry);
  const scoreFrame = async (frame: FrameToScore): Promise<ScoredBytes> => {
    const [outcome] = await scoreFrameBatch([frame], { version, score }, () => time.nowMs());
    if (outcome?.kind !== 'scored') throw outcome?.error;
    return outcome.frame;
  };
  const scoring = scoreFrames({ raw: bus.log('raw'), scored: bus.log('scored'), scorer: { scoreFrame }, dead, clock: time, telemetry });
  scoring.subscribe({ error: (error: Error) => fail('scorer', error) });
}

export interface CounterNode {
  flow: CounterFlow;
  state: CounterState;
  isCaughtUp: boolean;
}

interface CounterSurroundings {
  writer: BatchWriter;
  history: ReadHistory;
  snapshots: SnapshotStore;
  spool: RowSpool;
  trace(line: string): void;
  onNode(node: CounterNode): void;
}

/** As the program does: from the newest snapshot that can be used, else from the log's first entry, which is never trimmed here. */
async function openState({ bus, time, random, span, telemetry }: NodeParts, { snapshots: store, trace }: CounterSurroundings): Promise<{ state: CounterState; snapshots: Snapshots }> {
  const log = await bus.log('scored').info();
  const restored = await restoreState({
    store, log,
    reader: { format: STATE_FORMAT, decode: (bytes) => decodeState(bytes, COUNTER_CONFIG), migrations: STATE_MIGRATIONS },
    onRejected: (fault) => trace(`counter: a snapshot is not used, ${fault}`),
  });
  if (restored !== null) trace(`counter: goes on from ${restored.name}`);
  const state = restored?.state ?? createState(COUNTER_CONFIG);
  const snapshots = new Snapshots({
    store, scored: bus.log('scored'), capture: () => captureState(state), stateFormat: STATE_FORMAT, logIdentity: log.identity, marks: restored?.header.marks ?? [],
    intervalMs: random.between(...span.counterSnapshotsMs), generations: 3, keepLogMs: Number.POSITIVE_INFINITY, logBytesMax: Number.POSITIVE_INFINITY, clock: time, telemetry,
    onFailed: () => undefined,
  });
  return { state, snapshots };
}

export async function startCounter(given: NodeParts, surroundings: CounterSurroundings): Promise<void> {
  const reader = new TroubleReader({
    clock: given.time, fullestGrouping: () => fullestGrouping(state), lagMs: () => flow.lag.lagMs, unstoredRows: () => flow.unstoredRows, deadLettersNewMs: given.span.deadLettersNewMs, dead: given.bus.log('dead'),
    logsFull: async () => [],
  });
  const parts: NodeParts = {
    ...given,
    telemetry(event) {
      given.telemetry(event);
      reader.hear(event);
    },
  };
  const { process, bus, time, telemetry, fail } = parts;
  const { writer, history, spool, onNode } = surroundings;
  const { state, snapshots } = await openState(parts, surroundings);
  const filler = new ConditionFiller({
    state, history, clock: time, timers: process.timers, telemetry,
    scored: bus.log('scored'),
    isStoredBefore: (sequence) => flow.isStoredBefore(sequence),
    onRetry: () => undefined,
  });
  const watch = new TroubleWatch({
    alerts: bus.log('alerts'), publish: (event) => flow.publishBeside(event), read: () => reader.read(), policies: TROUBLE_POLICIES, workspace: WORKSPACES[0]!, notify: ['on-call'],
    everyMs: 2_000, clock: time, timers: process.timers,
  });
  const flow: CounterFlow = new CounterFlow({
    bus, writer, spool, parkedRowsMax: PARKED_ROWS_MAX, state, snapshots, clock: time, telemetry,
    ownAlerts: (workspace) => watch.openAlerts(workspace), timers: process.timers, scheduler: process.scheduler,
    ruleSets: new RuleBook([], bus.keyValue('rules')).sets(process.scheduler),
    onReadingBack: () => undefined,
    onCounted(_entry, isCaughtUp) {
      if (isCaughtUp) filler.look();
    },
    onLag: () => undefined,
    fail,
  });
  const node: CounterNode = { flow, state, isCaughtUp: false };
  onNode(node);
  await flow.start();
  node.isCaughtUp = true;
  watch.start();
}

/** Pairs of which an inhibition asks and that were not asked about. */
function unexplained(state: DeskState, asked: Set<string>): { alertId: string; sourceId: string }[] {
  if (state.book.inhibitions.length === 0) return [];
  const firing = [...state.open.values()].flatMap(({ members }) => [...members.values()]).filter((member) => member.state === 'firing');
  return firing.flatMap((member) => candidatesFor(state, member).map(({ alertId }) => ({ alertId: member.alertId, sourceId: alertId }))).filter(({ alertId, sourceId }) => {
    const pair = pairKey(sourceId, alertId);
    return !asked.has(pair) && asked.add(pair);
  });
}

export async function startDesk({ process, bus, time, random, span, telemetry, fail }: NodeParts, { snapshots, book }: { snapshots: SnapshotStore; book: RoutingBook }, trace: (line: string) => void): Promise<IncidentDesk> {
  const asked = new Set<string>();
  const desk: IncidentDesk = new IncidentDesk({
    alerts: bus.log('alerts'),
    operations: bus.log('operations'),
    incidents: bus.log('incidents'),
    snapshots: {
      store: snapshots, incidents: bus.log('incidents'), operations: bus.log('operations'), storedThrough: () => ({ incidents: Infinity, operations: Infinity }),
      intervalMs: random.between(...span.deskSnapshotsMs), generations: 3,
      onWritten: ({ sequence }) => trace(`a snapshot stands at entry ${sequence}`),
    },
    book,
    onStep(state) {
      for (const { alertId, sourceId } of unexplained(state, asked)) {
        // What the store would say is told apart by the two ids.
        const shared = (sourceId.charCodeAt(2) + alertId.charCodeAt(2)) % 3 === 0 ? 0 : 4;
        process.timers.after(random.between(200, 4_000), () => desk.take({ kind: 'overlap', sourceAlertId: sourceId, targetAlertId: alertId, shared, ofTarget: 4 }));
      }
    },
    writer: letters(random, 12),
    clock: time,
    timers: process.timers,
    telemetry,
    // Snapshots that are damaged, or cannot be written while things go wrong, are told of and done without.
    warn: (message) => (/snapshot/.test(message) ? trace(message) : fail('incidents', new Error(message))),
  });
  await desk.start();
  return desk;
}

export async function startNotifier({ process, bus, time, random, span, telemetry }: NodeParts, receivers: readonly Receiver[]): Promise<Notifier> {
  const everywhere = receivers.map(({ id }) => id);
  const notifier = new Notifier({
    incidents: bus.log('incidents'),
    deliveries: bus.log('deliveries'),
    deadLetters: new DeadLetters(bus.log('dead'), time, telemetry),
    channels: receivers.map((receiver) => channelTo(receiver, process)),
    routes: { byName: new Map([['on-call', everywhere]]), fallback: everywhere },
    policy: span.delivery,
    limits: { ...NOTIFIER_LIMITS, inFlightMax: 64, concurrencyMax: 4 },
    render: { publicUrl: 'http://127.0.0.1:8080', times },
    clock: time,
    timers: process.timers,
    random: () => random.unit(),
    telemetry,
    warn: () => undefined,
  });
  await notifier.start();
  return notifier;
}
