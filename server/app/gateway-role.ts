import { interval, map, merge, startWith, tap, type Subscription } from 'rxjs';
import { join } from 'node:path';
import { entriesNaming } from '../../alerts/routing/check-book.ts';
import { AlertList } from '../../alerts/list/alert-list.ts';
import { IncidentBook } from '../../alerts/desk/incident-book.ts';
import { DeliveryList } from '../../alerts/list/delivery-list.ts';
import type { Bus } from '../../stream/ports.ts';
import type { LiveGlimpses } from '../../stream/publish-live.ts';
import { readBoard } from '../../stream/read-board.ts';
import { DeadLetterBox } from '../../stream/dead-letter-box/dead-letter-box.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { findPastAlert } from '../../stream/store/past-alerts.ts';
import { storedIds } from '../../stream/store/stored-ids.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import { createZoneOffset } from '../../core/zone-offset.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { FrameGatherer } from '../gateway/gather-frames.ts';
import { BacklogWatch } from '../gateway/watch-backlog.ts';
import { createIdMaker } from '../gateway/make-ids.ts';
import { createFeedbackIntake } from '../gateway/take-feedback.ts';
import type { FeedbackIntake, GatewayServices } from '../gateway/services.ts';
import { LabelBook } from '../labels/label-book.ts';
import { LiveHub } from '../live/live-hub.ts';
import type { ChannelBook } from '../channels/channel-book.ts';
import type { RoutingBook } from '../../alerts/routing/book.ts';
import { knownNames } from '../channels/known-names.ts';
import { LinkSigner } from '../../alerts/links/action-link.ts';
import { LinkUse } from '../../alerts/links/use-link.ts';
import { loadLinkKey } from '../links/link-key.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { AppContext, Role } from './app-context.ts';
import { comparisonsOf } from './comparisons.ts';
import { backtestsOf } from './backtests.ts';
import { evidenceOf, storeReach, windowReader } from './evidence-services.ts';
import { startCorrections } from './corrections.ts';
import { deskOf } from './desk-services.ts';
import { duplicateConfig } from './duplicate-config.ts';
import { alertsOf, channelsOf, countsOf, feedbackOf, reconciliationsOf, labelsOf, labelSources, modelsOf, pageAgain, scoresOf, statusOf } from './gateway-services.ts';
import { loadMaskKey } from './mask-key.ts';
import { packageRoot } from './package-root.ts';
import { customersOf, exportsOf, pastIncidentsOf } from './store-services.ts';
import { version } from './version.ts';
import { findingsOf } from './watch-reasons.ts';

const HEALTH_INTERVAL_MS = 1_000;
const DAY_MS = 86_400_000;
/** Somebody looks at the console: longer than a page may wait. */
const REASON_WAIT_MS = 8_000;

export interface GatewayParts {
  bus: Bus;
  store: Store;
  rules: RuleBook;
  channels: ChannelBook;
}

export interface GatewayRole extends Role {
  port: number;
  /** The book as it is now, entries made over the API among them. */
  routing(): RoutingBook;
}

/** HTTP, pages and live push; feedback onto the raw log. Listens at once, so that /readyz can say what is still missing. */
export async function startGatewayRole(context: AppContext, parts: GatewayParts): Promise<GatewayRole> {
  const { settings, logger, clock, metrics: { telemetry }, health } = context;
  const { bus } = parts;
  const makeId = createIdMaker(clock);
  const { intake, backlogs } = await openIntake(context, bus, makeId);
  const books = await openBooks(context, parts, makeId);
  const { alerts } = books;
  const live = new LiveHub({ alertsAfter: async (eventId, { workspace, limit }) => alerts.after(eventId).events.filter((event) => event.workspace === workspace).slice(-limit), telemetry });
  const { services, stopping } = await openServices(context, parts, { ...books, intake, live, makeId });
  const gateway = createGateway({
    host: settings.TOCSIN_HTTP_HOST,
    port: settings.TOCSIN_HTTP_PORT,
    services,
    live,
    clock,
    telemetry,
    logger: logger.child({ part: 'gateway' }),
    version: version(),
    timeZone: settings.TOCSIN_TIME_ZONE,
    limits: { bodyBytesMax: settings.TOCSIN_BODY_BYTES_MAX },
    pages: { folder: join(packageRoot(), 'dist', 'pages'), pages: { '/': 'index.html', '/wall': 'wall.html' } },
    ...(settings.TOCSIN_AUTH_TOKEN === undefined ? {} : { authToken: settings.TOCSIN_AUTH_TOKEN }),
  });
  for (const event of alerts.latestEvents()) live.remindOf(event);
  for (const backlog of backlogs) backlog.start();
  const lists = [...backlogs, ...stopping, ...Object.values(books)];
  const { port } = await gateway.start().catch((error: unknown) => {
    // What already runs would keep a process alive that cannot listen.
    for (const list of lists) list.stop();
    throw error;
  });
  const running = pushLive(context, { bus, live, alerts });
  const stopIntake = answerProducers(bus, intake);
  health.ok('gateway');
  return { port, routing: () => services.desk.book(), stop: (timeoutMs) => stopGateway({ gateway, running, stopIntake, lists, timeoutMs }) };
}

/** From requests onto the raw log, and how long what waits behind it will take. */
async function openIntake({ settings, clock, metrics: { telemetry } }: AppContext, bus: Bus, makeId: () => string): Promise<{ intake: FeedbackIntake; backlogs: BacklogWatch[] }> {
  const frames = new FrameGatherer({ log: bus.log('raw'), clock, telemetry, makeMessageId: makeId, limits: { itemsWaitingMax: settings.TOCSIN_ITEMS_WAITING_MAX } });
  const watch = { limitMs: settings.TOCSIN_BACKLOG_SECONDS_MAX * 1_000, clock, telemetry };
  const scoring: BacklogWatch = new BacklogWatch({ ...watch, stage: 'scoring', look: () => unscored(bus), besideMs: () => counting.drainMs, intake: () => frames.bytes });
  const counting: BacklogWatch = new BacklogWatch({ ...watch, stage: 'counting', look: () => uncounted(bus), besideMs: () => scoring.drainMs });
  const backlogs = [scoring, counting];
  const intake = createFeedbackIntake({
    frames,
    backlogs,
    clock,
    makeId,
    offsetAt: createZoneOffset(settings.TOCSIN_TIME_ZONE),
    hashKey: await loadMaskKey(settings),
    telemetry,
    limits: { batchItemsMax: settings.TOCSIN_BATCH_ITEMS_MAX },
  });
  return { intake, backlogs };
}

async function unscored(bus: Bus): Promise<{ frames: number; size: number; appended: number }> {
  const { entries, bytes, lastSequence } = await bus.log('raw').info();
  return { frames: entries, size: bytes, appended: lastSequence };
}

/** An entry of the scored log is a frame or a tick. */
async function uncounted(bus: Bus): Promise<{ frames: number; size: number; appended: number }> {
  const { uncountedEntries } = await statusOf(bus).get();
  return { frames: uncountedEntries, size: uncountedEntries, appended: (await bus.log('scored').info()).lastSequence };
}

/** What is read from the logs and followed there. */
interface Books {
  alerts: AlertList;
  deliveries: DeliveryList;
  incidents: IncidentBook;
  labels: LabelBook;
}

/** Resolves when each has read its log. */
async function openBooks({ settings, logger, clock, metrics: { telemetry } }: AppContext, { bus, store }: GatewayParts, makeId: () => string): Promise<Books> {
  const books: Books = {
    alerts: new AlertList({ log: bus.log('alerts'), telemetry }),
    deliveries: new DeliveryList({ log: bus.log('deliveries'), telemetry }),
    incidents: new IncidentBook({ log: bus.log('incidents'), snapshots: bus.snapshots('desk'), beginsAnew: settings.TOCSIN_INCIDENTS_BEGIN_ANEW === 'true', warn: (message) => logger.warn({ part: 'incidents' }, message) }),
    labels: new LabelBook({ log: bus.log('labels'), sources: labelSources(store), clock, makeId, telemetry }),
  };
  await Promise.all(Object.values(books).map((book: Books[keyof Books]) => book.start()));
  return books;
}

/** What the routes ask, and what of it is to be stopped. */
async function openServices(context: AppContext, { bus, store, rules, channels }: GatewayParts, { alerts, deliveries, incidents, labels, intake, live, makeId }: Books & { intake: FeedbackIntake; live: LiveHub; makeId: () => string }): Promise<{ services: GatewayServices; stopping: { stop(): void }[] }> {
  const { settings, clock, metrics, health } = context;
  const desk = deskOf({ bus, past: pastIncidentsOf(store), book: incidents, makeId, names: () => knownNames(channels) });
  const reasons = findingsOf({ bus, store, rules, waitMsMax: REASON_WAIT_MS });
  const isStored = storeReach(bus, store);
  const evidence = evidenceOf({ alerts, past: (id) => findPastAlert(store, id), window: windowReader(bus, store), findings: (question) => reasons.findings(question), desk, isStored, keptSinceMs: () => clock.nowMs() - settings.TOCSIN_RETENTION_DAYS * DAY_MS });
  const corrections = startCorrections(context, { bus, store, alerts, evidence, labels: labelsOf(labels, store), customers: customersOf(store, clock) });
  const services: GatewayServices = {
    intake,
    feedback: feedbackOf(store),
    exports: exportsOf(store),
    customers: corrections.customers,
    scores: scoresOf(bus),
    labels: corrections.labels,
    models: modelsOf(bus),
    comparisons: comparisonsOf({ store, rules, settings, clock }),
    counts: countsOf(bus),
    status: statusOf(bus),
    rules,
    channels: channelsOf(bus, channels, (id) => entriesNaming(incidents.state.book, id)),
    links: new LinkUse({ signer: new LinkSigner(await loadLinkKey(settings.TOCSIN_LINK_KEY, bus.keyValue('links'))), used: bus.keyValue('links'), submit: (operation) => desk.submit(operation), nowMs: () => clock.nowMs() }),
    backtests: backtestsOf({ bus, store, clock, latenessMaxMs: settings.TOCSIN_LATENESS_MAX_HOURS * 3_600_000, timeZone: settings.TOCSIN_TIME_ZONE, duplicates: duplicateConfig(settings) }),
    alerts: alertsOf({ list: alerts, deliveries, incidents }, (workspace, alertId) => live.latestCounts(workspace)?.openAlerts.find((alert) => alert.alertId === alertId)),
    desk,
    evidence,
    deadLetters: new DeadLetterBox({ bus, writer: new ClickHouseWriter(store), stored: { among: (workspace, ids) => storedIds(store, workspace, ids) }, sendPage: (bytes) => pageAgain(bus, bytes), clock }),
    reconciliations: reconciliationsOf(bus),
    health,
    metrics,
  };
  return { services, stopping: [corrections, reasons] };
}

function pushLive({ health, metrics }: AppContext, { bus, live, alerts }: { bus: Bus; live: LiveHub; alerts: AlertList }): Subscription {
  const counts = bus.subscribe(SUBJECTS.liveCounts).pipe(map(readBoard), tap((board) => live.publishCounts(board)));
  const glimpses = bus.subscribe(SUBJECTS.liveFeedback).pipe(map(decode<LiveGlimpses>), tap(({ workspace, items }) => live.publishFeedback(workspace, items)));
  const events = alerts.events().pipe(tap((event) => live.publishAlert(event)));
  const report = interval(HEALTH_INTERVAL_MS).pipe(startWith(0), tap(() => {
    const now = health.report();
    live.publishHealth(now);
    metrics.setGauge('tocsin_ready', now.ready ? 1 : 0);
    metrics.setGauge('tocsin_live_clients', live.clients);
    metrics.setGauge('tocsin_alerts_open', alerts.openCount());
  }));
  return merge(counts, glimpses, events, report).subscribe();
}

/** A producer on NATS sends a request with the body of a POST, and gets its answer. Nothing unmasked is ever kept. */
function answerProducers(bus: Bus, intake: FeedbackIntake): () => void {
  return bus.respond(SUBJECTS.feedbackIntake, async (body) => {
    const first = body.find((byte) => byte > 0x20);
    const text = body.indexOf(0x0a) >= 0 && first === 0x7b ? 'ndjson' : 'json';
    return new TextEncoder().encode(JSON.stringify(await intake.take(body, text)));
  });
}

interface Stopping {
  gateway: Gateway;
  running: Subscription;
  stopIntake(): void;
  lists: { stop(): void }[];
  timeoutMs: number;
}

async function stopGateway({ gateway, running, stopIntake, lists, timeoutMs }: Stopping): Promise<void> {
  stopIntake();
  await gateway.drain(timeoutMs);
  running.unsubscribe();
  for (const list of lists) list.stop();
  gateway.stop();
}

function decode<T>(body: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(body)) as T;
}
