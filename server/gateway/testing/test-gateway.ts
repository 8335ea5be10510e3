import { warnOfMatcher } from '../../../alerts/silences/warn-of-matcher.ts';
import { EMPTY_BOOK } from '../../../alerts/routing/book.ts';
import { createZoneOffset } from '../../../core/zone-offset.ts';
import { TocsinError } from '../../../core/errors.ts';
import type { TelemetryEvent } from '../../../core/telemetry.ts';
import { MemoryBus } from '../../../stream/bus/memory-bus.ts';
import { decodeRawFrame } from '../../../stream/frames/raw-frame.ts';
import { LiveHub, type LiveLimits } from '../../live/live-hub.ts';
import { DEFAULT_HTTP_LIMITS, createGateway, type Gateway, type GatewayOptions } from '../gateway.ts';
import { FrameGatherer, type GatherLimits } from '../gather-frames.ts';
import { createIdMaker } from '../make-ids.ts';
import { createFeedbackIntake } from '../take-feedback.ts';
import type { GatewayServices } from '../services.ts';

/** Every service empty; a test replaces those it needs. */
export function emptyServices(intake: GatewayServices['intake']): GatewayServices {
  const noRule = async (): Promise<never> => {
    throw new TocsinError('not_found', 'There is no such rule.');
  };
  const noChannel = async (): Promise<never> => {
    throw new TocsinError('not_found', 'There is no such channel.');
  };
  const noFeedback = async (): Promise<never> => {
    throw new TocsinError('not_found', 'There is no such feedback.');
  };
  const noModel = async (): Promise<never> => {
    throw new TocsinError('scorer_unavailable', 'No scorer answers.');
  };
  const noLetter = async (): Promise<never> => {
    throw new TocsinError('not_found', 'There is no such dead letter.');
  };
  return {
    intake,
    feedback: { search: async () => ({ items: [], nextCursor: null }), get: async () => null },
    exports: { open: async () => { throw new TocsinError('store_unavailable', 'There is no store.'); } },
    customers: { erase: async () => { throw new TocsinError('store_unavailable', 'There is no store.'); } },
    scores: { score: async (texts) => ({ model: 'm', results: texts.map(() => { throw new TocsinError('scorer_unavailable', 'No scorer answers.'); }) }) },
    labels: { of: noFeedback, set: noFeedback, labelled: async () => [] },
    comparisons: { run: noModel },
    models: { status: noModel, reload: noModel },
    counts: { count: async () => ({ asOfMs: 0, lagMs: 0, exact: true, lowerBound: [], groups: [] }) },
    status: { get: async () => ({ unscoredFrames: 0, uncountedEntries: 0, unstoredRows: 0, deadLetters: 0, lagMs: 0 }) },
    rules: { list: async () => [], check: async () => [], warningsOf: (rules) => rules.map(() => []), matcherJudge: async () => (matcher) => warnOfMatcher(matcher, { categories: [] }), get: noRule, create: noRule, replace: noRule, remove: noRule },
    links: { show: async () => ({ state: 'forged' }), act: async () => ({ state: 'forged' }), picture: () => null, evidence: () => ({ ok: false, reason: 'forged' }) },
    channels: { list: async () => [], get: noChannel, create: noChannel, replace: noChannel, remove: noChannel, test: noChannel },
    backtests: { run: async () => { throw new TocsinError('store_unavailable', 'There is no store.'); } },
    alerts: { list: async () => [], get: async () => null, deliveries: async () => null },
    desk: {
      incidents: () => [], incident: () => undefined, past: async () => null, pastList: async () => [], submit: async () => ({ operationId: '', done: false }), silences: () => [],
      preview: () => ({ matching: 0, alerts: [] }), book: () => EMPTY_BOOK, isOfFile: () => false, newId: () => 'id',
    },
    evidence: { items: async () => null, reason: async () => null, verify: async () => null, alert: async () => null, recount: async () => null },
    deadLetters: { list: async () => [], get: noLetter, replay: noLetter },
    reconciliations: { latest: async () => null },
    health: { report: () => ({ atMs: 0, ready: true, parts: [] }) },
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => '' },
  };
}

export interface TestGateway {
  gateway: Gateway;
  url: string;
  port: number;
  bus: MemoryBus;
  live: LiveHub;
  telemetry: TelemetryEvent[];
  errors: object[];
  /** Items on the raw log, which this takes from it; resolves once there are `count`. */
  logged(count: number): Promise<{ id: string; text: string }[]>;
}

export interface TestGatewayOptions {
  gateway?: Partial<GatewayOptions>;
  gather?: Partial<GatherLimits>;
  live?: Partial<LiveLimits>;
  services?: (services: GatewayServices, bus: MemoryBus) => GatewayServices;
  alertsAfter?: ConstructorParameters<typeof LiveHub>[0]['alertsAfter'];
}

/** A gateway on a free port of loopback, in front of a log in memory. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const clock = { nowMs: () => Date.now() };
  const bus = new MemoryBus({ clock });
  const telemetry: TelemetryEvent[] = [];
  const errors: object[] = [];
  const tell = (event: TelemetryEvent): void => void telemetry.push(event);
  const frames = new FrameGatherer({ log: bus.log('raw'), clock, telemetry: tell, makeMessageId: createIdMaker(clock), limits: options.gather ?? {} });
  const intake = createFeedbackIntake({ frames, clock, makeId: createIdMaker(clock), offsetAt: createZoneOffset('Asia/Shanghai'), hashKey: [1, 2, 3, 4], telemetry: tell });
  const live = new LiveHub({ alertsAfter: options.alertsAfter ?? (async () => []), telemetry: tell, limits: options.live ?? {} });
  const services = emptyServices(intake);
  const gateway = createGateway({
    port: 0, clock, telemetry: tell, live, version: '0.0.0', timeZone: 'Asia/Shanghai',
    logger: { info: () => undefined, error: (fields) => void errors.push(fields) },
    services: options.services?.(services, bus) ?? services,
    ...options.gateway,
    limits: { ...DEFAULT_HTTP_LIMITS, ...options.gateway?.limits },
  });
  const { port } = await gateway.start();
  const taken: { id: string; text: string }[] = [];
  const subscription = bus.log('raw').work('test', 1_000).subscribe((delivery) => {
    taken.push(...decodeRawFrame(delivery.entry.value).items);
    delivery.ack();
  });
  return {
    gateway, port, bus, live, telemetry, errors,
    url: `http://127.0.0.1:${port}`,
    async logged(count) {
      await eventually(() => taken.length >= count);
      subscription.unsubscribe();
      return taken;
    },
  };
}

/** Resolves once `condition` holds; rejects after `withinMs`. */
export async function eventually(condition: () => boolean, withinMs = 5_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadlineMs) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
