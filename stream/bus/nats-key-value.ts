import { jetstream, JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { KvWatchInclude, Kvm } from '@nats-io/kv';
import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { QueuedIterator } from '@nats-io/transport-node';
import { Observable } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { BucketName, KeyValue } from '../ports.ts';
import { BUCKETS } from '../subjects.ts';
import { busUnavailable, invalidKey } from './bus-errors.ts';
import type { BusLimits } from './limits.ts';
import type { NatsLink } from './nats-link.ts';
import { isKey } from './subject-match.ts';

/** Answers to a write that wanted the key to be absent. */
const IS_THERE: readonly number[] = [JetStreamApiCodes.StreamWrongLastSequence, JetStreamApiCodes.StreamWrongLastSequenceUnknown];

/** One bucket of NATS's key-value store; only the last value of a key is kept. */
export class NatsKeyValue implements KeyValue {
  readonly #link: NatsLink;
  readonly #bucket: KV;

  private constructor(link: NatsLink, bucket: KV) {
    this.#link = link;
    this.#bucket = bucket;
  }

  /** Creates the bucket when it is not there. */
  static async open(name: BucketName, link: NatsLink, limits: BusLimits): Promise<NatsKeyValue> {
    const manager = new Kvm(jetstream(link.connection, { timeout: limits.adminMs }));
    const bucket = await manager.create(BUCKETS[name], { history: 1, max_bytes: limits.bucketBytesMax, replicas: limits.replicas });
    return new NatsKeyValue(link, bucket);
  }

  async entries(): Promise<Map<string, string>> {
    return await this.#asking(async () => {
      const values = new Map<string, string>();
      for await (const entry of await this.#bucket.history()) {
        if (entry.operation === 'PUT') values.set(entry.key, entry.string());
        else values.delete(entry.key);
      }
      return values;
    });
  }

  async put(key: string, value: string): Promise<void> {
    if (!isKey(key)) throw invalidKey(key);
    await this.#asking(() => this.#bucket.put(key, value));
  }

  async create(key: string, value: string): Promise<boolean> {
    if (!isKey(key)) throw invalidKey(key);
    return await this.#asking(() => this.#bucket.create(key, value).then(() => true, (error: unknown) => {
      if (error instanceof JetStreamApiError && IS_THERE.includes(error.code)) return false;
      throw error;
    }));
  }

  async delete(key: string): Promise<void> {
    if (!isKey(key)) throw invalidKey(key);
    await this.#asking(() => this.#bucket.delete(key));
  }

  /** Emits after each reconnect as well, since a change may have come meanwhile. */
  changes(): Observable<void> {
    return new Observable((subscriber) => {
      let watch: QueuedIterator<KvWatchEntry> | undefined;
      const states = this.#link.state().subscribe((state) => {
        watch?.stop();
        if (state !== 'connected') return;
        void this.#follow((started) => { watch = started; }, () => subscriber.next());
      });
      return () => {
        states.unsubscribe();
        watch?.stop();
      };
    });
  }

  /** Tells of each change until the watch is stopped; the first call of `onChange` comes once the watch stands. */
  async #follow(onStarted: (watch: QueuedIterator<KvWatchEntry>) => void, onChange: () => void): Promise<void> {
    try {
      const watch = await this.#bucket.watch({ include: KvWatchInclude.UpdatesOnly });
      onStarted(watch);
      onChange();
      for await (const _entry of watch) onChange();
    } catch {
      // The connection broke; the next state starts a new watch.
    }
  }

  async #asking<T>(action: () => Promise<T>): Promise<T> {
    if (!this.#link.isUp) throw busUnavailable('The key-value store');
    try {
      return await this.#link.untilCut(action());
    } catch (error) {
      throw error instanceof TocsinError ? error : busUnavailable('The key-value store', error);
    }
  }
}
