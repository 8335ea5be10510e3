import { JetStreamApiError, StorageType, jetstream } from '@nats-io/jetstream';
import { Objm, setSha256Backend } from '@nats-io/obj';
import type { ObjectStore } from '@nats-io/obj';
import { TocsinError } from '../../core/errors.ts';
import type { SnapshotOwner, SnapshotStore, StoredSnapshot } from '../ports.ts';
import { SNAPSHOT_BUCKETS } from '../subjects.ts';
import { busUnavailable, invalidKey, noSnapshot, snapshotsFull } from './bus-errors.ts';
import { LinkCut } from './nats-link.ts';
import type { NatsParts } from './nats-parts.ts';
import { isKey } from './subject-match.ts';

/** One message of the object store. */
const CHUNK_BYTES = 1024 ** 2;
/** Resources exceeded, storage exceeded, store failed; see nats-server's server/errors.json. */
const FULL_CODES = [10023, 10047, 10077];

/** The server's or the account's storage is reserved already. */
const NO_ROOM_CODES = [10023, 10047];

const ENTRIES_AT_ONCE = 64;

/** Of what the client writes, what is read here. */
interface EntryInfo {
  subject: string;
  name: string;
  /** Names the chunks. */
  nuid: string;
  size: number;
  deleted?: boolean;
}

/** Snapshots in JetStream's object store: chunks first, then one entry that names them, which makes them a value. */
export class NatsSnapshots implements SnapshotStore {
  readonly #parts: NatsParts;
  readonly #objects: ObjectStore;
  readonly #stream: string;
  readonly #chunkSubjects: string;
  readonly #entrySubjects: string;

  private constructor(parts: NatsParts, objects: ObjectStore, bucket: string) {
    this.#parts = parts;
    this.#objects = objects;
    this.#stream = streamOf(bucket);
    this.#chunkSubjects = `$O.${bucket}.C.`;
    this.#entrySubjects = `$O.${bucket}.M.`;
  }

  /** Creates the store when it is not there, and brings its size limit up to date. */
  static async open(parts: NatsParts, owner: SnapshotOwner): Promise<NatsSnapshots> {
    const { link, limits, manager } = parts;
    const bucket = SNAPSHOT_BUCKETS[owner];
    const bytesMax = limits.snapshotBytesMax[owner];
    setSha256Backend('native');
    try {
      const objects = await new Objm(jetstream(link.connection, { timeout: limits.appendMs }))
        .create(bucket, { storage: StorageType.File, max_bytes: bytesMax, replicas: limits.replicas });
      const { config } = await manager.streams.info(streamOf(bucket));
      if (config.max_bytes !== bytesMax) await manager.streams.update(streamOf(bucket), { ...config, max_bytes: bytesMax });
      return new NatsSnapshots(parts, objects, bucket);
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || !NO_ROOM_CODES.includes(error.code)) throw error;
      throw new TocsinError('invalid_setting', `NATS has not enough storage for the ${owner}'s snapshots, which may take ${bytesMax} bytes; raise the server's max_file_store.`, { cause: error });
    }
  }

  async put(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    if (!isKey(name)) throw invalidKey(name);
    let failure: unknown;
    try {
      await this.#asking(() => this.#removeLeftovers());
      const source = readable(chunks, (error) => (failure = error));
      const meta = { name, options: { max_chunk_size: Math.min(CHUNK_BYTES, this.#parts.entryBytesMax) } };
      await this.#asking(() => this.#objects.put(meta, source, { timeout: this.#parts.limits.appendMs }));
    } catch (error) {
      throw failure ?? error;
    }
  }

  async list(): Promise<StoredSnapshot[]> {
    const entries = await this.#asking(() => this.#entries());
    return entries.filter(({ deleted }) => !deleted).map(({ name, size }) => ({ name, bytes: size })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async *get(name: string): AsyncIterable<Uint8Array> {
    const found = await this.#asking(() => this.#open(name));
    const reader = found.getReader();
    try {
      for (;;) {
        const { done, value } = await this.#reading(name, () => reader.read());
        if (done) return;
        yield value;
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }

  async delete(name: string): Promise<void> {
    if (!isKey(name)) throw invalidKey(name);
    await this.#asking(async () => {
      for (const entry of await this.#entries()) if (entry.name === name) await this.#remove(entry);
    });
  }

  /** The client waits for ever for chunks that are not there, so they are counted first. */
  async #open(name: string): Promise<ReadableStream<Uint8Array>> {
    const info = await this.#objects.info(name);
    if (info === null || info.deleted) throw noSnapshot(name);
    const chunks = (await this.#counts(this.#chunkSubjects)).get(info.nuid) ?? 0;
    if (chunks !== info.chunks) throw new TocsinError('frame_corrupt', `The snapshot ${name} is damaged: ${chunks} of its ${info.chunks} parts are there.`);
    const result = await this.#objects.get(name);
    if (result === null) throw noSnapshot(name);
    result.error.catch(() => undefined);
    return result.data;
  }

  /**
   * Every entry, those of what was removed by an earlier version among them. Each is asked for by its subject: the client's own list
   * reads until the server has been silent for a moment, and one that is slow to answer then looks like one that holds nothing.
   */
  async #entries(): Promise<EntryInfo[]> {
    const subjects = [...(await this.#counts(this.#entrySubjects)).keys()].map((rest) => `${this.#entrySubjects}${rest}`);
    const entries: EntryInfo[] = [];
    while (subjects.length > 0) {
      const found = await Promise.all(subjects.splice(0, ENTRIES_AT_ONCE).map((subject) => this.#parts.manager.streams.getMessage(this.#stream, { last_by_subj: subject })));
      // Null for one that was removed since the subjects were told.
      for (const message of found) if (message !== null) entries.push({ ...message.json<Omit<EntryInfo, 'subject'>>(), subject: message.subject });
    }
    return entries;
  }

  /** The entry first: without it the chunks are no value. The client would leave an entry for ever that says so, one for each snapshot. */
  async #remove({ subject, nuid }: EntryInfo): Promise<void> {
    const { streams } = this.#parts.manager;
    await streams.purge(this.#stream, { filter: subject });
    await streams.purge(this.#stream, { filter: `${this.#chunkSubjects}${nuid}` });
  }

  /** What a crash left of a put, chunks that no entry names, and entries of what was removed. They take room and nothing else. */
  async #removeLeftovers(): Promise<void> {
    const counts = await this.#counts(this.#chunkSubjects);
    const entries = await this.#entries();
    for (const entry of entries) if (entry.deleted) await this.#remove(entry);
    const named = new Set(entries.map(({ nuid }) => nuid));
    for (const nuid of counts.keys()) {
      if (!named.has(nuid)) await this.#parts.manager.streams.purge(this.#stream, { filter: `${this.#chunkSubjects}${nuid}` });
    }
  }

  /** How many messages stand under each subject, by what follows `prefix` in it. */
  async #counts(prefix: string): Promise<Map<string, number>> {
    const { state } = await this.#parts.manager.streams.info(this.#stream, { subjects_filter: `${prefix}>` });
    return new Map(Object.entries(state.subjects ?? {}).map(([subject, count]) => [subject.slice(prefix.length), count]));
  }

  async #reading<T>(name: string, action: () => Promise<T>): Promise<T> {
    const { link, limits } = this.#parts;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(busUnavailable('The snapshot store')), limits.adminMs);
    });
    try {
      return await Promise.race([link.untilCut(action()), late]);
    } catch (error) {
      if (error instanceof TocsinError || error instanceof LinkCut || !link.isUp) throw error instanceof TocsinError ? error : busUnavailable('The snapshot store', error);
      throw new TocsinError('frame_corrupt', `The snapshot ${name} is damaged: its bytes are not those that were written.`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async #asking<T>(action: () => Promise<T>): Promise<T> {
    const { link } = this.#parts;
    if (!link.isUp) throw busUnavailable('The snapshot store');
    try {
      return await link.untilCut(action());
    } catch (error) {
      if (error instanceof TocsinError) throw error;
      if (error instanceof JetStreamApiError && FULL_CODES.includes(error.code)) throw snapshotsFull(error);
      throw busUnavailable('The snapshot store', error);
    }
  }
}

const streamOf = (bucket: string): string => `OBJ_${bucket}`;

/** One chunk at a time: the next is asked for when the one before has been written. */
function readable(chunks: AsyncIterable<Uint8Array>, onError: (error: unknown) => void): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        onError(error);
        controller.error(error);
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  }, { highWaterMark: 0 });
}
