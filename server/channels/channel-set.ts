import { BudgetedChannel } from '../../alerts/budget/budgeted-channel.ts';
import { ChannelWatch } from '../../alerts/budget/channel-watch.ts';
import { FailoverChannel } from '../../alerts/budget/failover-channel.ts';
import { ratesOf } from '../../alerts/budget/published-rates.ts';
import { WatchedChannel } from '../../alerts/budget/watched-channel.ts';
import type { CardTone } from '../../alerts/cards/card-tone.ts';
import { BrokenChannel, buildChannel } from '../../alerts/channels/build-channel.ts';
import type { ChannelParts } from '../../alerts/channels/build-channel.ts';
import type { ChannelConfig } from '../../alerts/channels/config/channel-schema.ts';
import type { Channel } from '../../alerts/channels/channel.ts';
import type { RenderOptions } from '../../alerts/notify/render-page.ts';
import type { Routes } from '../../alerts/notify/resolve-channels.ts';
import { parseWindow } from '../../alerts/rules/duration.ts';
import type { Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import { ALERT_SEVERITIES } from '../../core/rule.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { BookedChannel } from './channel-book.ts';
import { ON_CALL } from './read-channels.ts';

export interface ChannelSetParts extends ChannelParts {
  timers: Timers;
  telemetry: Telemetry;
  render: RenderOptions;
  warn(message: string): void;
}

interface Built {
  text: string;
  config: ChannelConfig;
  /** As it sends, without budget or watch: what a test page goes over. */
  bare: Channel;
  budgeted: Channel;
}

/** Pages over the budget are gathered this often where a channel does not say itself. */
const DIGEST_EVERY_MS = 30_000;

/** The channels of the book as things that send. A channel whose text has not changed stays the same thing, with its connections and its budget. */
export class ChannelSet {
  readonly #parts: ChannelSetParts;
  readonly #built = new Map<string, Built>();
  readonly #failovers = new Map<string, { first: Channel; second: Channel; channel: FailoverChannel }>();
  readonly #watch: ChannelWatch;

  constructor(parts: ChannelSetParts) {
    this.#parts = parts;
    this.#watch = new ChannelWatch({ clock: parts.clock, render: parts.render, warn: parts.warn, othersThan: (id) => this.#othersThan(id) });
  }

  /** Idempotent. A channel that cannot be built is there as a broken one; `report` is told why. */
  use(booked: readonly BookedChannel[], report: (error: TocsinError, booked: BookedChannel) => void): { channels: Channel[]; routes: Routes } {
    const ids = new Set(booked.map(({ channel }) => channel.id));
    for (const id of this.#built.keys()) if (!ids.has(id)) this.#built.delete(id);
    for (const each of booked) this.#take(each, report);
    const everywhere = booked.filter(({ channel }) => channel.default).map(({ channel }) => channel.id);
    const fallback = everywhere.length > 0 ? everywhere : [...ids];
    return { channels: [...this.#built.values()].map((built) => this.#withFallback(built)), routes: { byName: new Map([[ON_CALL, fallback]]), fallback } };
  }

  /** Without budget and fail-over. */
  bare(id: string): Channel | undefined {
    return this.#built.get(id)?.bare;
  }

  #take(booked: BookedChannel, report: (error: TocsinError, booked: BookedChannel) => void): void {
    const { channel: config, source } = booked;
    const text = JSON.stringify(config);
    const before = this.#built.get(config.id);
    // A broken one is tried again: its secret may be there by now.
    if (before?.text === text && !(before.bare instanceof BrokenChannel)) return;
    const bare = this.#build(booked, source === 'api' ? 'set-aside' : 'anything', report);
    this.#built.set(config.id, { text, config, bare, budgeted: this.#budgeted(bare, config) });
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

  #budgeted(bare: Channel, { id, kind, perMinute, digest }: ChannelConfig): Channel {
    const watched = new WatchedChannel(bare, (outcome) => void this.#watch.take(id, outcome));
    const limits = ratesOf(kind, perMinute);
    if (limits.length === 0 && digest === undefined) return watched;
    return new BudgetedChannel(watched, { limits, digestEveryMs: digest === undefined ? DIGEST_EVERY_MS : lengthMs(digest.every), alwaysDigest: digest === undefined ? [] : milderThan(digest.below) }, this.#parts);
  }

  #withFallback({ config, budgeted: first }: Built): Channel {
    const second = config.fallback === undefined ? undefined : this.#built.get(config.fallback)?.budgeted;
    if (second === undefined) return first;
    const before = this.#failovers.get(config.id);
    if (before?.first === first && before.second === second) return before.channel;
    const channel = new FailoverChannel({ first, second }, this.#parts);
    this.#failovers.set(config.id, { first, second, channel });
    return channel;
  }

  /** The fallback first, then the default channels, the console last of all; without budgets, for these are few. */
  #othersThan(id: string): Channel[] {
    const fallback = this.#built.get(id)?.config.fallback;
    const others = [...this.#built.values()].filter(({ config }) => config.id !== id && (config.default || config.id === fallback));
    const rank = ({ config }: Built): number => (config.id === fallback ? 0 : config.kind === 'console' ? 2 : 1);
    return others.sort((a, b) => rank(a) - rank(b)).map(({ bare }) => bare);
  }
}

function milderThan(below: (typeof ALERT_SEVERITIES)[number]): CardTone[] {
  return [...ALERT_SEVERITIES.slice(0, ALERT_SEVERITIES.indexOf(below)), 'resolved'];
}

/** The schema has read it. */
function lengthMs(text: string): number {
  const parsed = parseWindow(text);
  if (!parsed.ok) throw new TocsinError('invalid_channel', parsed.message);
  return parsed.ms;
}
