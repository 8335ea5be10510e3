import { join } from 'node:path';
import { checkSmallFiles } from '../../models/check-small-files.ts';
import { EMPTY_BOOK, type RoutingBook } from '../../alerts/routing/book.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Bus } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { migrate } from '../../stream/store/migrate.ts';
import { rollupTimeZone } from '../../stream/store/rebuild-rollups.ts';
import { applyRetention } from '../../stream/store/retention.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { ChannelBook } from '../channels/channel-book.ts';
import { knownNames, knownTargets, refuseUnknownNames, refuseUnknownTroubleNames, rulesNaming } from '../channels/known-names.ts';
import { readChannels } from '../channels/read-channels.ts';
import type { Settings } from '../config/settings.ts';
import { HealthBoard } from '../health/health-board.ts';
import { ownCategories } from '../rules/own-categories.ts';
import { describeProblem, readRuleFiles, refuseProblems } from '../rules/read-rule-files.ts';
import { RuleBook } from '../rules/rule-book.ts';
import { readRouting, routingRemarks, matcherRemarks } from '../routing/read-routing.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import type { AppContext, Role } from './app-context.ts';
import { startCounterRole } from './counter-role.ts';
import { startDeskRole } from './desk-role.ts';
import { startGatewayRole, type GatewayRole } from './gateway-role.ts';
import { expectUsableChannels, startNotifierRole } from './notifier-role.ts';
import { openBus } from './open-bus.ts';
import { announceReadPort, openServerStore, retentionOf } from './open-store.ts';
import { packageRoot } from './package-root.ts';
import { PreparedStore } from './prepare-store.ts';
import { RecordPlaces } from './record-sinks.ts';
import { startScorerRole } from './scorer-role.ts';
import { watchLog } from './watch-log.ts';

export interface AppParts {
  settings: Settings;
  logger: Logger;
  /** When aborted, nats-server and the embedded engine are killed at once: for data that nobody wants any more. */
  abandoned?: AbortSignal | undefined;
  /** When aborted before the start is over, what has started is stopped, and the start rejects with `draining`. */
  interrupted?: AbortSignal | undefined;
}

/** Whoever interrupts a start is not kept waiting: a process that has not ended in order by then is killed, by which nothing accepted is lost. */
const INTERRUPTED_STEP_MS_MAX = 1_500;

export interface RunningApp {
  /** Where people reach it. */
  url: string;
  port: number;
  /** Resolves if a part fails for good. */
  failed: Promise<Error>;
  stop(): Promise<void>;
}

/** What each role calls itself on the health board. None is ready before it has said so itself. */
const PARTS_OF_ROLE: Record<Settings['TOCSIN_ROLES'][number], readonly string[]> = { gateway: ['gateway'], scorer: ['scorer'], counter: ['counter', 'incidents'], notifier: ['notifier'] };

interface StopStep {
  name: string;
  stop(): Promise<void>;
}

/**
 * Starts the roles that the settings name, in the order in which they need each other, and stops them the other way
 * round: first nothing new comes in, then what is under way is finished, then the connections close.
 */
export async function startApp({ settings, logger, abandoned, interrupted }: AppParts): Promise<RunningApp> {
  const stops: StopStep[] = [];
  const stop = (): Promise<void> => stopAll(stops, logger);
  const killing = new AbortController();
  const parts = { settings, logger, interrupted, abandoned: abandoned === undefined ? killing.signal : AbortSignal.any([abandoned, killing.signal]) };
  try {
    return await Promise.race([startParts({ ...parts, stops, stop }), rejectionOf(interrupted)]);
  } catch (error) {
    if (interrupted?.aborted === true) {
      await stopAll(stops, logger, INTERRUPTED_STEP_MS_MAX);
      killing.abort();
    } else {
      await stop();
    }
    throw error;
  }
}

function rejectionOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new TocsinError('draining', 'The start was interrupted.')), { once: true }));
}

async function startParts({ settings, logger, abandoned, interrupted, stops, stop }: AppParts & { stops: StopStep[]; stop(): Promise<void> }): Promise<RunningApp> {
  const drainMs = settings.TOCSIN_DRAIN_MS_MAX;
  const has = (role: string): boolean => (settings.TOCSIN_ROLES as readonly string[]).includes(role);
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => (fail = resolve));
  let publicUrl = settings.TOCSIN_PUBLIC_URL?.replace(/\/$/, '') ?? '';
  const health = new HealthBoard(systemClock);
  const context: AppContext = { settings, logger, clock: systemClock, metrics: createMetrics(), health, publicUrl: () => publicUrl, abandoned, interrupted, fail };

  for (const part of settings.TOCSIN_ROLES.flatMap((role) => PARTS_OF_ROLE[role])) health.notOk(part, 'it is being started');
  // Rules are read first: a mistake in them is found before anything is started.
  const rulesFolder = join(packageRoot(), 'alerts', 'rules');
  const files = await readRuleFiles(settings.TOCSIN_RULES_DIR ?? rulesFolder, { others: settings.TOCSIN_RULE_PACKS.map((pack) => join(rulesFolder, 'packs', `${pack}.yaml`)), categories: ownCategories(settings.TOCSIN_TAXONOMY_FILE) });
  refuseProblems(files.problems);
  for (const warning of files.warnings) logger.warn({ part: 'rules' }, describeProblem(warning));
  // So is a model's folder that is empty or the wrong one.
  if (has('scorer')) checkSmallFiles({ model: settings.TOCSIN_MODEL, modelDir: settings.TOCSIN_MODEL_DIR, taxonomyFile: settings.TOCSIN_TAXONOMY_FILE });
  const fixedChannels = await readChannels(settings);
  if (has('notifier')) expectUsableChannels(context, fixedChannels);

  // The embedded engine comes up beside the log's server, and feedback is taken while it does.
  const store = openServerStore(context);
  stops.unshift({ name: 'store', stop: () => store.close() });
  const opening = openBus(context);
  stops.push({ name: 'bus', stop: async () => (await opening.catch(() => undefined))?.close(drainMs) });
  const opened = await opening;
  opened.onFailure(fail);
  const { bus } = opened;
  watchLog(opened, health);
  const channels: ChannelBook = new ChannelBook({ fixed: fixedChannels, bucket: bus.keyValue('channels'), usersOf: async (id) => rulesNaming(id, (await rules.list()).map(({ rule }) => rule)) });
  const book = await readRouting(settings.TOCSIN_ROUTING_FILE, await knownNames(channels));
  // With what was added to the book over the API, once the gateway knows it.
  let routing = (): RoutingBook => EMPTY_BOOK;
  const rules = new RuleBook(files.rules, bus.keyValue('rules'), async () => knownTargets(await knownNames(channels), book, routing()), () => ownCategories(settings.TOCSIN_TAXONOMY_FILE));
  refuseUnknownNames(files.rules, knownTargets(await knownNames(channels), book));
  refuseUnknownTroubleNames(settings.TOCSIN_TROUBLE_NOTIFY, knownTargets(await knownNames(channels), book));
  for (const remark of [...matcherRemarks(book, ownCategories(settings.TOCSIN_TAXONOMY_FILE)), ...routingRemarks(book, systemClock.nowMs())]) logger.warn({ part: 'routing' }, remark.en);

  const prepared = storeOpening(context, store);
  stops.unshift({ name: 'store', stop: async () => prepared.stop() });
  const stored = prepared.look();
  stored.catch(() => undefined);
  const gateway: GatewayRole | undefined = has('gateway') ? await startGatewayRole(context, { bus, store, rules, channels }) : undefined;
  if (gateway !== undefined) routing = gateway.routing;
  const port = gateway?.port ?? 0;
  const host = settings.TOCSIN_HTTP_HOST === '0.0.0.0' || settings.TOCSIN_HTTP_HOST === '::' ? '127.0.0.1' : settings.TOCSIN_HTTP_HOST;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (publicUrl === '') publicUrl = url;
  if (gateway) {
    stops.unshift({ name: 'gateway', stop: () => gateway.stop(drainMs) });
    logger.info({ port, url, wall: `${url}/wall` }, 'listening');
  }
  await startBehind(context, { bus, store, stored, rules, channels, book }, { has, stops, drainMs });
  logger.info({ roles: settings.TOCSIN_ROLES }, 'ready');
  return { url, port, failed, stop };
}

/** Everything behind the gateway; the gateway is stopped first. */
async function startBehind(context: AppContext, parts: { bus: Bus; store: Store; stored: Promise<void>; rules: RuleBook; channels: ChannelBook; book: RoutingBook }, { has, stops, drainMs }: { has(role: string): boolean; stops: StopStep[]; drainMs: number }): Promise<void> {
  const places = new RecordPlaces();
  const starting: [string, () => Promise<Role>][] = [
    ['scorer', () => startScorerRole(context, parts.bus)],
    ['counter', () => parts.stored.then(() => startCounterRole(context, { ...parts, places }))],
    ['counter', () => startDeskRole(context, { ...parts, places })],
    ['notifier', () => startNotifierRole(context, parts)],
  ];
  const gatewayStops = stops.findIndex(({ name }) => name === 'gateway') + 1;
  const started = [parts.stored, ...starting.filter(([name]) => has(name)).map(async ([name, start]) => {
    const role = await start();
    stops.splice(gatewayStops, 0, { name, stop: () => role.stop(drainMs) });
  })];
  try {
    await Promise.all(started);
  } catch (error) {
    // Those that are still starting are to be stopped as well.
    await within(drainMs, Promise.allSettled(started));
    throw error;
  }
}

/** Opens the store, and says how that goes. */
function storeOpening(context: AppContext, store: Store): PreparedStore {
  const { health, logger } = context;
  health.notOk('store', 'it is being opened');
  return new PreparedStore({
    prepare: () => prepareStore(context, store),
    startsWithout: store.kind === 'server',
    timers: systemTimers,
    onAway(error, failures) {
      health.note('store', `${error.message} Feedback is taken, counted and paged; its rows wait and follow when it is back. Rules that are new wait for their past.`);
      if (failures === 1) logger.warn({ part: 'store', err: error }, 'the store is away: the server starts without it, and rows wait until it is back');
    },
    fail(error) {
      health.notOk('store', error.message);
      context.fail(error);
    },
  });
}

/** Resolves when the tables are those of this program. */
async function prepareStore(context: AppContext, store: Store): Promise<void> {
  const { settings, health, logger } = context;
  await migrate(store);
  await applyRetention(store, retentionOf(settings));
  const zone = await rollupTimeZone(store);
  if (zone !== settings.TOCSIN_TIME_ZONE) logger.warn({ part: 'store', zone, setting: settings.TOCSIN_TIME_ZONE }, 'hours and days of the roll-ups begin in another zone than TOCSIN_TIME_ZONE; stop the server and run tocsin rebuild-rollups');
  health.ok('store');
  await announceReadPort(context, store);
  logger.info({ store: store.kind, place: store.place }, 'the store is open');
}

async function stopAll(stops: StopStep[], logger: Logger, stepMsMax?: number): Promise<void> {
  for (const { name, stop } of stops.splice(0)) {
    try {
      await (stepMsMax === undefined ? stop() : within(stepMsMax, stop()));
    } catch (error) {
      logger.warn({ err: error, part: name }, 'a part did not stop cleanly');
    }
  }
}

/** Waits for `work`, and no longer than this. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let stopWaiting: () => void = () => undefined;
  await Promise.race([work, new Promise<void>((resolve) => (stopWaiting = systemTimers.after(ms, resolve)))]).finally(() => stopWaiting());
}
