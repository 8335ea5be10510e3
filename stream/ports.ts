import type { Observable } from 'rxjs';
import type { LogEntry } from '../core/frame.ts';

/** Appends bytes to one durable log. */
export interface AppendLog {
  /**
   * Resolves when the entry is on disk (fsynced by the server).
   * The same `messageId` again within the log's deduplication window appends nothing and answers the first sequence.
   * Rejects with a TocsinError: `log_unavailable` (retryable: not known whether it was appended) or `overloaded` (the log is at its size limit).
   */
  append(bytes: Uint8Array, messageId: string): Promise<Appended>;
}

/** Appends where the log has not gone on since it was last looked at. */
export interface AppendAfterLog {
  /**
   * As `append`, but only while `lastSequence` is that of the newest entry ever appended (0: none was). Null when it is not, also where this
   * very message has made the log longer: nothing is appended then. So several can be sent at once, each to stand after the one before
   * it: where one fails, the later ones do as well.
   */
  appendAfter(lastSequence: number, bytes: Uint8Array, messageId: string): Promise<Appended | null>;
}

export interface Appended {
  sequence: number;
  duplicate: boolean;
}

/** One entry handed to a reader. At most `inFlightMax` are handed out and not yet settled. */
export interface Delivery {
  entry: LogEntry<Uint8Array>;
  /** How often this entry was handed out before; 0 the first time. */
  redeliveries: number;
  /** Done with it: a work queue removes it, an ordered reader hands out the next. Never throws; a lost ack means a redelivery. */
  ack(): void;
  /** Work queue only: hand it out again after `delayMs`. An ordered reader treats it as `ack`. */
  retry(delayMs: number): void;
}

/** Reads one log from a sequence, in order, without gaps, across reconnects; completes only on unsubscribe. */
export interface ReadLog {
  read(fromSequence: number, inFlightMax: number): Observable<Delivery>;
  /** Newest entry, or null on an empty log. */
  last(): Promise<LogEntry<Uint8Array> | null>;
  /** Which log this is and how much it holds. */
  info(): Promise<LogInfo>;
}

export interface LogInfo {
  /** Names this very log: a new one made after the old was lost has another identity. Letters, digits, `-`. */
  identity: string;
  /** Entries held now. For the raw log: those not yet scored. */
  entries: number;
  bytes: number;
  /** How much it may hold; absent where that has no limit. */
  bytesMax?: number;
  /** Log time of the oldest entry held, milliseconds since the epoch; null on an empty log. */
  oldestAtMs: number | null;
  /** Sequence of the newest entry ever appended; 0 when none was. */
  lastSequence: number;
  /** Sequence of the oldest entry held; on an empty log one more than `lastSequence`. */
  firstSequence: number;
}

/** Gives up the oldest entries of a log. */
export interface TrimLog {
  /** Removes every entry up to and with this sequence; sequences are never given again. Rejects with `log_unavailable`. */
  trim(upToSequence: number): Promise<void>;
}

/** Competing consumers of one log under a durable name; each entry is handed out until it is acknowledged. */
export interface WorkQueue {
  work(name: string, inFlightMax: number): Observable<Delivery>;
}

/** How far the workers of one durable name are: what may be given up below them. */
export interface WorkProgress {
  /** Every entry up to this sequence is acknowledged by the workers of this name; 0 before there were any. Rejects with `log_unavailable`. */
  settledThrough(name: string): Promise<number>;
}

/** A durable log: what an adapter implements; users take the part they need. */
export interface Log extends AppendLog, AppendAfterLog, ReadLog, WorkQueue, WorkProgress, TrimLog {}

/** Question and answer between roles. */
export interface Requests {
  /** Rejects with `code` when nobody answers within `timeoutMs`, or with the TocsinError that the answerer threw. */
  request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** Returns a function that stops answering. Several answerers of one subject share the questions. */
  respond(subject: string, answer: (body: Uint8Array, subject: string) => Promise<Uint8Array>): () => void;
}

/** Fan-out to whoever listens now; nothing is kept. */
export interface Broadcast {
  publish(subject: string, body: Uint8Array): void;
  subscribe(subject: string): Observable<Uint8Array>;
}

/** Small durable key-value store (what was made over the API). Values are JSON text. */
export interface KeyValue {
  entries(): Promise<Map<string, string>>;
  put(key: string, value: string): Promise<void>;
  /** Puts a value where there is none. False when there was one: of several calls at once one alone is answered true. */
  create(key: string, value: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Emits once at subscription and after each change. */
  changes(): Observable<void>;
}

/** Large values under names, each there whole or not at all. One process writes. */
export interface SnapshotStore {
  /**
   * Resolves when the value is on disk; `chunks` is asked for the next one when the one before is. Rejects with what `chunks`
   * threw, `overloaded` (no room) or `log_unavailable`; nothing new is there then. A value of that name is replaced.
   */
  put(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** What is there whole, by name. */
  list(): Promise<StoredSnapshot[]>;
  /** Its bytes in order. Throws `frame_corrupt` where they are not what was put, or nothing is there, and `log_unavailable`. */
  get(name: string): AsyncIterable<Uint8Array>;
  /** Harmless when nothing is there. */
  delete(name: string): Promise<void>;
}

export interface StoredSnapshot {
  name: string;
  bytes: number;
}

/** Everything the roles share; one NATS connection, or the in-memory double. */
export interface Bus extends Requests, Broadcast {
  log(name: LogName): Log;
  keyValue(name: BucketName): KeyValue;
  /** Each owner's are kept apart; the counter's when absent. */
  snapshots(owner?: SnapshotOwner): SnapshotStore;
  /** Emits the state at subscription and each change. */
  state(): Observable<BusState>;
  /** Flushes, then closes; bounded by `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

export type BusState = 'connected' | 'reconnecting' | 'closed';

/** The logs, as streams of JetStream; see stream/subjects.ts. */
export const LOG_NAMES = ['raw', 'scored', 'alerts', 'operations', 'incidents', 'deliveries', 'labels', 'dead'] as const;
export type LogName = (typeof LOG_NAMES)[number];
/** Whose state a snapshot is. */
export const SNAPSHOT_OWNERS = ['counter', 'desk'] as const;
export type SnapshotOwner = (typeof SNAPSHOT_OWNERS)[number];
export const BUCKET_NAMES = ['rules', 'channels', 'links', 'corrections'] as const;
export type BucketName = (typeof BUCKET_NAMES)[number];
