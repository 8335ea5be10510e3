import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { Observable } from 'rxjs';
import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { BUCKET_NAMES, LOG_NAMES, SNAPSHOT_OWNERS } from '../ports.ts';
import type { BucketName, Bus, BusState, KeyValue, Log, LogName, SnapshotOwner, SnapshotStore } from '../ports.ts';
import { DEFAULT_BUS_LIMITS } from './limits.ts';
import type { BusLimits } from './limits.ts';
import { silentLogger } from './logger.ts';
import type { BusLogger } from './logger.ts';
import { NatsKeyValue } from './nats-key-value.ts';
import { NatsLink } from './nats-link.ts';
import { NatsLog } from './nats-log.ts';
import type { NatsParts } from './nats-parts.ts';
import { NatsRequests } from './nats-requests.ts';
import { NatsSnapshots } from './nats-snapshots.ts';
import { ensureStreams } from './nats-streams.ts';

/** Room that a message's headers take of the server's `max_payload`. */
const HEADER_BYTES_MAX = 1024;
/** A frame must be able to hold at least one item of the largest size that the gateway admits. */
const ENTRY_BYTES_MIN = 256 * 1024;
const ENTRY_BYTES_MAX = 8 * 1024 ** 2;

export interface NatsBusOptions {
  /** One or more `nats://user:password@host:port`, separated by commas. */
  servers: string;
  /** How this process is called on the server. */
  name: string;
  clock: Clock;
  telemetry: Telemetry;
  limits?: Partial<BusLimits>;
  logger?: BusLogger;
}

/** The bus over one NATS connection. */
export class NatsBus implements Bus {
  /** The largest entry that `append` takes, in bytes. */
  readonly entryBytesMax: number;
  readonly #link: NatsLink;
  readonly #logs: ReadonlyMap<LogName, NatsLog>;
  readonly #buckets: ReadonlyMap<BucketName, NatsKeyValue>;
  readonly #snapshots: ReadonlyMap<SnapshotOwner, NatsSnapshots>;
  readonly #requests: NatsRequests;

  constructor(parts: NatsParts, buckets: ReadonlyMap<BucketName, NatsKeyValue>, snapshots: ReadonlyMap<SnapshotOwner, NatsSnapshots>) {
    const { link, telemetry, limits } = parts;
    this.entryBytesMax = parts.entryBytesMax;
    this.#link = link;
    this.#logs = new Map(LOG_NAMES.map((name) => [name, new NatsLog(name, parts)]));
    this.#buckets = buckets;
    this.#snapshots = snapshots;
    this.#requests = new NatsRequests({ link, telemetry, answersInFlightMax: limits.answersInFlightMax });
  }

  log(name: LogName): Log {
    return found(this.#logs.get(name), name);
  }

  keyValue(name: BucketName): KeyValue {
    return found(this.#buckets.get(name), name);
  }

  snapshots(owner: SnapshotOwner = 'counter'): SnapshotStore {
    return found(this.#snapshots.get(owner), owner);
  }

  async request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    return await this.#requests.request(subject, body, timeoutMs);
  }

  respond(subject: string, answer: (body: Uint8Array, subject: string) => Promise<Uint8Array>): () => void {
    return this.#requests.respond(subject, answer);
  }

  publish(subject: string, body: Uint8Array): void {
    this.#requests.publish(subject, body);
  }

  subscribe(subject: string): Observable<Uint8Array> {
    return this.#requests.subscribe(subject);
  }

  state(): Observable<BusState> {
    return this.#link.state();
  }

  async close(timeoutMs: number): Promise<void> {
    await this.#link.close(timeoutMs);
  }
}

/**
 * Connects and brings the streams and buckets into shape.
 * @throws TocsinError `log_unavailable`, `invalid_setting` or `conflict`, with a sentence for the operator
 */
export async function connectNatsBus(options: NatsBusOptions): Promise<NatsBus> {
  const { servers, name, clock, telemetry } = options;
  const limits = { ...DEFAULT_BUS_LIMITS, ...options.limits };
  const logger = options.logger ?? silentLogger;
  const link = await NatsLink.open({ servers, name, connectMs: limits.connectMs, logger });
  try {
    const entryBytesMax = entryLimit(link);
    const manager = await openManager(link, limits);
    await ensureStreams(manager, limits, entryBytesMax);
    const parts: NatsParts = { link, manager, clock, telemetry, logger, limits, entryBytesMax: entryBytesMax - HEADER_BYTES_MAX };
    const buckets = new Map<BucketName, NatsKeyValue>();
    for (const bucket of BUCKET_NAMES) buckets.set(bucket, await NatsKeyValue.open(bucket, link, limits));
    const snapshots = new Map<SnapshotOwner, NatsSnapshots>();
    for (const owner of SNAPSHOT_OWNERS) snapshots.set(owner, await NatsSnapshots.open(parts, owner));
    return new NatsBus(parts, buckets, snapshots);
  } catch (error) {
    await link.close(0);
    if (error instanceof TocsinError) throw error;
    throw new TocsinError('log_unavailable', 'The logs could not be set up on NATS.', { retryable: true, cause: error });
  }
}

function entryLimit(link: NatsLink): number {
  const offered = link.connection.info?.max_payload ?? 0;
  if (offered < ENTRY_BYTES_MIN) {
    throw new TocsinError('invalid_setting', `The NATS server takes messages of ${offered} bytes (max_payload); Tocsin needs at least ${ENTRY_BYTES_MIN}.`);
  }
  return Math.min(offered, ENTRY_BYTES_MAX);
}

async function openManager(link: NatsLink, limits: BusLimits): Promise<JetStreamManager> {
  try {
    return await jetstreamManager(link.connection, { timeout: limits.adminMs });
  } catch (cause) {
    throw new TocsinError('log_unavailable', 'NATS answers, but its JetStream does not. Turn JetStream on for this account.', { retryable: true, cause });
  }
}

function found<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new RangeError(`the bus has no ${name}`);
  return part;
}
