import { EMPTY, catchError, concatMap, defer, distinctUntilChanged, retry, startWith, throwError, timer, type Observable, type SchedulerLike } from 'rxjs';
import { checkFallbacks } from '../../alerts/channels/config/check-channel-set.ts';
import { checkChannel } from '../../alerts/channels/config/check-channel.ts';
import type { ChannelConfig } from '../../alerts/channels/config/channel-schema.ts';
import { parseChannel } from '../../alerts/channels/config/parse-channel.ts';
import { TocsinError } from '../../core/errors.ts';
import type { KeyValue } from '../../stream/ports.ts';

const READ_RETRY_DELAY_MS = 500;
const CHANNELS_MAX = 500;

export interface BookedChannel {
  channel: ChannelConfig;
  /** `setting` and `file`: read-only over the API. */
  source: 'setting' | 'file' | 'api';
}

export interface ChannelBookOptions {
  fixed: readonly BookedChannel[];
  bucket: KeyValue;
  /** Who names a channel, in words: it cannot be removed then. */
  usersOf(id: string): Promise<string[]>;
}

/** Every channel: those of settings and of the file, and those made over the API, kept in a bucket. Secrets are references in all of them. */
export class ChannelBook {
  readonly #fixed: ReadonlyMap<string, BookedChannel>;
  readonly #bucket: KeyValue;
  readonly #usersOf: (id: string) => Promise<string[]>;

  constructor({ fixed, bucket, usersOf }: ChannelBookOptions) {
    this.#fixed = new Map(fixed.map((booked) => [booked.channel.id, booked]));
    this.#bucket = bucket;
    this.#usersOf = usersOf;
  }

  /** By id. A channel of the file hides one of the same id that was made over the API before the file came. */
  async list(): Promise<BookedChannel[]> {
    const booked = [...this.#fixed.values()];
    for (const text of (await this.#bucket.entries()).values()) {
      const channel = readKept(text);
      if (channel !== null && !this.#fixed.has(channel.id)) booked.push({ channel, source: 'api' });
    }
    return booked.sort((a, b) => (a.channel.id < b.channel.id ? -1 : 1));
  }

  /** @throws TocsinError `not_found` */
  async get(id: string): Promise<BookedChannel> {
    const found = (await this.list()).find(({ channel }) => channel.id === id);
    if (found === undefined) throw new TocsinError('not_found', `there is no channel ${id}`);
    return found;
  }

  /** @throws TocsinError `invalid_channel`, or `conflict` when the id is taken */
  async create(input: unknown): Promise<BookedChannel> {
    const channel = parseChannel(input);
    const others = await this.list();
    if (others.some((booked) => booked.channel.id === channel.id)) throw new TocsinError('conflict', `channel ${channel.id} exists already; PUT replaces it`);
    if (others.length >= CHANNELS_MAX) throw new TocsinError('conflict', `there are ${CHANNELS_MAX} channels, which is the most there may be`);
    return this.#store(channel, others);
  }

  /** @throws TocsinError `invalid_channel`, `not_found`, or `conflict` for one of the file */
  async replace(id: string, input: unknown): Promise<BookedChannel> {
    const channel = parseChannel(input);
    if (channel.id !== id) throw new TocsinError('invalid_channel', `id: the channel's id is ${channel.id}, the address says ${id}`);
    refuseFixed(await this.get(id));
    return this.#store(channel, (await this.list()).filter((booked) => booked.channel.id !== id));
  }

  /** @throws TocsinError `not_found`, or `conflict` for one of the file and for one that something names */
  async remove(id: string, alsoUsedBy: readonly string[] = []): Promise<void> {
    refuseFixed(await this.get(id));
    const users = [
      ...(await this.list()).filter(({ channel }) => channel.fallback === id).map(({ channel }) => `channel ${channel.id} falls back to it`),
      ...alsoUsedBy,
      ...await this.#usersOf(id),
    ];
    if (users.length > 0) throw new TocsinError('conflict', `channel ${id} is in use: ${users.slice(0, 5).join('; ')}`);
    await this.#bucket.delete(id);
  }

  /** The whole set, now and after each change; while the bucket cannot be reached it is asked again. `scheduler`: for virtual time. */
  sets(scheduler?: SchedulerLike): Observable<BookedChannel[]> {
    return this.#bucket.changes().pipe(
      startWith(undefined),
      concatMap(() => defer(() => this.list()).pipe(
        retry({ delay: (error: unknown) => (error instanceof TocsinError && error.retryable ? timer(READ_RETRY_DELAY_MS, scheduler) : throwError(() => error)) }),
        catchError(() => EMPTY),
      )),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
    );
  }

  async #store(channel: ChannelConfig, others: readonly BookedChannel[]): Promise<BookedChannel> {
    const faults = checkFallbacks([...others.map((booked) => booked.channel), channel]);
    const own = faults.get(channel.id);
    if (own !== undefined) throw new TocsinError('invalid_channel', `${own.key} ${own.message}.`);
    await this.#bucket.put(channel.id, JSON.stringify(channel));
    return { channel, source: 'api' };
  }
}

/** Null for what another version kept and this one cannot read: the other channels go on, and its pages go to the default ones. */
function readKept(text: string): ChannelConfig | null {
  try {
    const result = checkChannel(JSON.parse(text));
    return result.ok ? result.channel : null;
  } catch {
    return null;
  }
}

function refuseFixed({ channel, source }: BookedChannel): void {
  if (source === 'file') throw new TocsinError('conflict', `channel ${channel.id} comes from the file of channels; change it there`);
  if (source === 'setting') throw new TocsinError('conflict', `channel ${channel.id} comes from a setting and cannot be changed here`);
}
