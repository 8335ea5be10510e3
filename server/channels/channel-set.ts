import { BrokenChannel, buildChannel } from '../../alerts/channels/build-channel.ts';
import type { ChannelParts } from '../../alerts/channels/build-channel.ts';
import type { Channel } from '../../alerts/channels/channel.ts';
import type { Routes } from '../../alerts/notify/resolve-channels.ts';
import { TocsinError } from '../../core/errors.ts';
import type { BookedChannel } from './channel-book.ts';
import { ON_CALL } from './read-channels.ts';

interface Built {
  text: string;
  channel: Channel;
}

/** The channels of the book as things that send. A channel whose text has not changed stays the same thing, with its connections. */
export class ChannelSet {
  readonly #parts: ChannelParts;
  readonly #built = new Map<string, Built>();

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  /** Idempotent. A channel that cannot be built is there as a broken one; `report` is told why. */
  use(booked: readonly BookedChannel[], report: (error: TocsinError, booked: BookedChannel) => void): { channels: Channel[]; routes: Routes } {
    const ids = new Set(booked.map(({ channel }) => channel.id));
    for (const id of this.#built.keys()) if (!ids.has(id)) this.#built.delete(id);
    for (const each of booked) this.#take(each, report);
    const everywhere = booked.filter(({ channel }) => channel.default).map(({ channel }) => channel.id);
    const fallback = everywhere.length > 0 ? everywhere : [...ids];
    return { channels: [...this.#built.values()].map(({ channel }) => channel), routes: { byName: new Map([[ON_CALL, fallback]]), fallback } };
  }

  get(id: string): Channel | undefined {
    return this.#built.get(id)?.channel;
  }

  #take(booked: BookedChannel, report: (error: TocsinError, booked: BookedChannel) => void): void {
    const { channel: config, source } = booked;
    const text = JSON.stringify(config);
    const before = this.#built.get(config.id);
    // A broken one is tried again: its secret may be there by now.
    if (before?.text === text && !(before.channel instanceof BrokenChannel)) return;
    this.#built.set(config.id, { text, channel: this.#build(booked, source === 'api' ? 'set-aside' : 'anything', report) });
  }

  #build(booked: BookedChannel, reach: 'set-aside' | 'anything', report: (error: TocsinError, booked: BookedChannel) => void): Channel {
    try {
      return buildChannel(booked.channel, reach, this.#parts);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      report(error, booked);
      return new BrokenChannel(booked.channel, error.message);
    }
  }
}
