import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import { z } from 'zod';
import type { AlertEvent } from '../../core/alert.ts';
import { type BoardCounts, type FeedbackGlimpse, type HealthReport, LIVE_TOPICS, type LiveMessage, type LiveSubscribe } from '../../core/live.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { WORKSPACE_CHARS_MAX } from '../admission/limits.ts';

export interface LiveLimits {
  clientsMax: number;
  /** Over this a client is passed over with counts, feedback and health: it gets the next ones. */
  bufferedBytesSoftMax: number;
  /** Over this it is closed: it would not catch up, and reconnecting resumes it. */
  bufferedBytesMax: number;
  /** Alerts that are sent again to one client that resumes. */
  resumedAlertsMax: number;
  /** Workspaces whose latest counts are kept for new clients. */
  workspacesMax: number;
}

const DEFAULT_LIVE_LIMITS: LiveLimits = {
  clientsMax: 5_000,
  bufferedBytesSoftMax: 256 * 1024,
  bufferedBytesMax: 4 * 1024 ** 2,
  resumedAlertsMax: 1_000,
  workspacesMax: 1_000,
};

/** One connection, as the transport offers it. */
export interface LiveClient {
  send(text: string): void;
  /** Bytes that are sent and not yet taken by the network. */
  bufferedBytes(): number;
  /** Says why and closes. */
  end(code: number, reason: string): void;
  /** Closes without a word, for a client whose buffer is full. */
  drop(): void;
}

/** What the transport tells about one connection. */
export interface LiveSession {
  receive(text: string): void;
  closed(): void;
}

/** Alert events that came after one, oldest first; the latest `limit` ones after `NO_EVENT` or an id that is not known any more. */
export type AlertsAfter = (eventId: string, query: { workspace: string; limit: number }) => Promise<AlertEvent[]>;

export interface LiveHubOptions {
  alertsAfter: AlertsAfter;
  telemetry: Telemetry;
  limits?: Partial<LiveLimits>;
}

type Topic = LiveMessage['topic'];

interface Subscriber {
  client: LiveClient;
  topics: ReadonlySet<Topic>;
  workspace: string;
  /** Alerts that came while older ones are being fetched; null when none are. */
  held: AlertEvent[] | null;
  /** Counts subscriptions, so that what was fetched for an older one is let go. */
  generation: number;
}

const subscribeSchema = z.strictObject({
  subscribe: z.array(z.enum(LIVE_TOPICS)).max(LIVE_TOPICS.length),
  workspace: z.string().min(1).max(WORKSPACE_CHARS_MAX).optional(),
  lastEventId: z.string().max(200).optional(),
}) satisfies z.ZodType<LiveSubscribe>;

/** Close codes of RFC 6455. */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

/**
 * Fans live messages out to whoever listens. Each message is written once, whatever the number of clients.
 *
 * The id of an alert's message is its event's id. Messages of the other topics carry the id of the latest alert event
 * before them, so that a client may send back the id of any message as `lastEventId` and gets the alerts it missed.
 */
export class LiveHub {
  readonly limits: LiveLimits;
  readonly #options: LiveHubOptions;
  readonly #subscribers = new Set<Subscriber>();
  readonly #latestCounts = new Map<string, BoardCounts>();
  readonly #latestAlertIds = new Map<string, string>();
  #latestHealth: HealthReport | undefined;

  constructor(options: LiveHubOptions) {
    this.#options = options;
    this.limits = { ...DEFAULT_LIVE_LIMITS, ...options.limits };
  }

  get clients(): number {
    return this.#subscribers.size;
  }

  get hasRoom(): boolean {
    return this.#subscribers.size < this.limits.clientsMax;
  }

  connect(client: LiveClient): LiveSession {
    if (!this.hasRoom) {
      client.end(TRY_AGAIN_LATER, 'too many clients');
      return { receive: () => undefined, closed: () => undefined };
    }
    const subscriber: Subscriber = { client, topics: new Set(), workspace: DEFAULT_WORKSPACE, held: null, generation: 0 };
    this.#subscribers.add(subscriber);
    this.#tellClients();
    return {
      receive: (text) => this.#receive(subscriber, text),
      closed: () => this.#remove(subscriber),
    };
  }

  publishCounts(counts: BoardCounts): void {
    remember(this.#latestCounts, counts.workspace, counts, this.limits.workspacesMax);
    this.#broadcast({ id: this.#position(counts.workspace), topic: 'counts', data: counts }, counts.workspace);
  }

  /** The last counts that went out; undefined before the first. */
  latestCounts(workspace: string): BoardCounts | undefined {
    return this.#latestCounts.get(workspace);
  }

  publishFeedback(workspace: string, glimpses: FeedbackGlimpse[]): void {
    this.#broadcast({ id: this.#position(workspace), topic: 'feedback', data: glimpses }, workspace);
  }

  /** Health is of the whole server and goes to every workspace. */
  publishHealth(report: HealthReport): void {
    this.#latestHealth = report;
    const byWorkspace = new Map<string, string>();
    for (const subscriber of [...this.#subscribers]) {
      if (!subscriber.topics.has('health')) continue;
      const { workspace } = subscriber;
      const text = byWorkspace.get(workspace) ?? JSON.stringify({ id: this.#position(workspace), topic: 'health', data: report } satisfies LiveMessage);
      byWorkspace.set(workspace, text);
      this.#sendOrSkip(subscriber, text);
    }
  }

  /** Tells of the last alert event before this process, so that the first messages carry its id. */
  remindOf(event: AlertEvent): void {
    if (!this.#latestAlertIds.has(event.workspace)) remember(this.#latestAlertIds, event.workspace, event.id, this.limits.workspacesMax);
  }

  publishAlert(event: AlertEvent): void {
    remember(this.#latestAlertIds, event.workspace, event.id, this.limits.workspacesMax);
    const text = alertMessage(event);
    for (const subscriber of [...this.#subscribers]) {
      if (!subscriber.topics.has('alerts') || subscriber.workspace !== event.workspace) continue;
      if (subscriber.held === null) this.#sendOrClose(subscriber, text);
      else subscriber.held.push(event);
    }
  }

  /** Clients reconnect elsewhere, or here once this process is back. */
  closeAll(): void {
    for (const subscriber of [...this.#subscribers]) {
      this.#subscribers.delete(subscriber);
      subscriber.client.end(GOING_AWAY, 'the server is shutting down');
    }
    this.#tellClients();
  }

  #receive(subscriber: Subscriber, text: string): void {
    const subscription = readSubscription(text);
    if (subscription === null) {
      this.#remove(subscriber);
      subscriber.client.end(POLICY_VIOLATION, 'send {"subscribe":["counts"]}, with any of: ' + LIVE_TOPICS.join(', '));
      return;
    }
    subscriber.generation += 1;
    subscriber.topics = new Set(subscription.subscribe);
    subscriber.workspace = subscription.workspace ?? DEFAULT_WORKSPACE;
    subscriber.held = null;
    if (subscriber.topics.has('alerts') && subscription.lastEventId !== undefined) {
      void this.#resume(subscriber, subscription.lastEventId);
    }
    this.#greet(subscriber);
  }

  /** The latest counts and health at once: a wall must not stay empty until the next second. */
  #greet(subscriber: Subscriber): void {
    const { topics, workspace } = subscriber;
    const counts = this.#latestCounts.get(workspace);
    const id = this.#position(workspace);
    if (topics.has('counts') && counts !== undefined) this.#sendOrSkip(subscriber, JSON.stringify({ id, topic: 'counts', data: counts } satisfies LiveMessage));
    if (topics.has('health') && this.#latestHealth !== undefined) {
      this.#sendOrSkip(subscriber, JSON.stringify({ id, topic: 'health', data: this.#latestHealth } satisfies LiveMessage));
    }
  }

  /** Missed alerts first, then those that came meanwhile, each once. */
  async #resume(subscriber: Subscriber, lastEventId: string): Promise<void> {
    const { generation, workspace } = subscriber;
    subscriber.held = [];
    const missed = await this.#options.alertsAfter(lastEventId, { workspace, limit: this.limits.resumedAlertsMax }).catch((): AlertEvent[] | null => null);
    if (subscriber.generation !== generation || !this.#subscribers.has(subscriber)) return;
    if (missed === null) {
      this.#remove(subscriber);
      subscriber.client.end(TRY_AGAIN_LATER, 'the alerts that were missed cannot be read');
      return;
    }
    const held = subscriber.held;
    subscriber.held = null;
    const sent = new Set<string>();
    for (const event of [...missed, ...held]) {
      if (sent.has(event.id)) continue;
      sent.add(event.id);
      this.#sendOrClose(subscriber, alertMessage(event));
    }
  }

  #broadcast(message: LiveMessage, workspace: string): void {
    let text: string | undefined;
    for (const subscriber of [...this.#subscribers]) {
      if (!subscriber.topics.has(message.topic) || subscriber.workspace !== workspace) continue;
      text ??= JSON.stringify(message);
      this.#sendOrSkip(subscriber, text);
    }
  }

  /** For messages whose next one makes up for them. */
  #sendOrSkip(subscriber: Subscriber, text: string): void {
    if (subscriber.client.bufferedBytes() <= this.limits.bufferedBytesSoftMax) this.#sendOrClose(subscriber, text);
  }

  #sendOrClose(subscriber: Subscriber, text: string): void {
    if (!this.#subscribers.has(subscriber)) return;
    if (subscriber.client.bufferedBytes() > this.limits.bufferedBytesMax) {
      this.#remove(subscriber);
      subscriber.client.drop();
      return;
    }
    subscriber.client.send(text);
  }

  #remove(subscriber: Subscriber): void {
    if (this.#subscribers.delete(subscriber)) this.#tellClients();
  }

  #position(workspace: string): string {
    return this.#latestAlertIds.get(workspace) ?? NO_EVENT;
  }

  #tellClients(): void {
    this.#options.telemetry({ kind: 'queue-depth', queue: 'live-clients', depth: this.#subscribers.size, limit: this.limits.clientsMax });
  }
}

/** The id of messages before any alert. */
const NO_EVENT = '0';

function alertMessage(event: AlertEvent): string {
  return JSON.stringify({ id: event.id, topic: 'alerts', data: event } satisfies LiveMessage);
}

function readSubscription(text: string): LiveSubscribe | null {
  try {
    const parsed = subscribeSchema.safeParse(JSON.parse(text));
    return parsed.success ? (parsed.data as LiveSubscribe) : null;
  } catch {
    return null;
  }
}

/** Keeps the keys that changed last. */
function remember<T>(map: Map<string, T>, key: string, value: T, keysMax: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > keysMax) for (const oldest of map.keys()) return void map.delete(oldest);
}
