import { EMPTY, from, mergeMap } from 'rxjs';
import type { Observable, Subscription } from 'rxjs';
import type { AlertEvent } from '../../core/alert.ts';
import type { Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { LostPage } from '../../core/lost-page.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { PageOrder } from '../../core/page-order.ts';
import type { DeadLetters } from '../../stream/dead-letter-box/dead-letters.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { AppendLog, Delivery, ReadLog, WorkProgress, WorkQueue } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { Channel } from '../channels/channel.ts';
import { LogFollower } from '../list/log-follower.ts';
import { ChannelLane } from './channel-lane.ts';
import { deliverPage, sendAgain } from './deliver-page.ts';
import type { DeliveryContext, PageResult } from './deliver-page.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
import { DeliveryRecorder } from './delivery-recorder.ts';
import { putLostPage } from './lost-pages.ts';
import { NeedlessSteps } from './needless-steps.ts';
import { orderEvent } from './order-event.ts';
import { OrderedPages, WORKER } from './ordered-pages.ts';
import { checkChannels, checkRoutes, resolveChannels } from './resolve-channels.ts';
import type { Routes } from './resolve-channels.ts';

export interface NotifierLimits {
  /** Events held at once. */
  inFlightMax: number;
  /** Pages under way at once over one channel. */
  concurrencyMax: number;
  /** Delivery records, and entries of the incidents log, read back at the start. */
  recordsReadBackMax: number;
}

export const NOTIFIER_LIMITS: NotifierLimits = { inFlightMax: 1_024, concurrencyMax: 16, recordsReadBackMax: 200_000 };

export interface NotifierOptions extends Omit<DeliveryContext, 'ledger' | 'recorder' | 'setAside'> {
  /** The incidents log, whose entries carry the pages that the desk orders. */
  incidents: WorkQueue & WorkProgress & Pick<ReadLog, 'read' | 'last'>;
  deliveries: AppendLog & Pick<ReadLog, 'read' | 'last'>;
  deadLetters: DeadLetters;
  channels: readonly Channel[];
  routes: Routes;
  limits?: NotifierLimits;
  /** The runtime's own when absent. */
  timers?: Timers;
  /** Told once a name: a rule pages a name that nothing is known of. */
  warn(message: string): void;
}

/**
 * Page orders of the incident desk to people.
 *
 *   incidents log ─► decode ─► routes ─┬─► lane of channel A: decide ─► send ─► record ─┬─► ack, or back to the log
 *     (work queue)                     └─► lane of channel B: decide ─► send ─► record ─┘    until the next is due
 *
 * An entry is acknowledged when each of its pages is settled over each of its channels. One that has to wait goes back to the log with
 * the time it is due, so that neither memory nor a dead channel limits how many wait, and a restart forgets none; what
 * was tried is read back from the deliveries log, which it also follows for what other notifiers deliver; so is what is ordered (`ordered-pages.ts`).
 * A page is delivered at least once, each time under the same idempotency key.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #limits: NotifierLimits;
  readonly #timers: Timers;
  readonly #ledger = new DeliveryLedger();
  readonly #needless = new NeedlessSteps();
  readonly #context: DeliveryContext;
  #channels: ReadonlyMap<string, Channel> = new Map();
  #channelIds: ReadonlySet<string> = new Set();
  #routes: Routes;
  readonly #lanes = new Map<string, ChannelLane>();
  readonly #records: LogFollower;
  readonly #ordered: OrderedPages;
  /** Hand-outs of each entry under way, by sequence: after a reconnect the log may hand one out again. All are settled together. */
  readonly #held = new Map<number, Delivery[]>();
  readonly #unknownNames = new Set<string>();
  readonly #attempts = new Set<AbortController>();
  #isStopping = false;
  #isFirstRecord = true;
  #work: Subscription | undefined;
  #whenIdle: (() => void) | undefined;

  /** @throws TocsinError `invalid_setting` for channels or routes that do not fit together. */
  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#limits = options.limits ?? NOTIFIER_LIMITS;
    this.#timers = options.timers ?? systemTimers;
    this.#context = {
      ...options, ledger: this.#ledger, recorder: new DeliveryRecorder(options.deliveries, this.#ledger, options.warn),
      isNeedless: (order) => this.#needless.has(order), setAside: (order, record) => putLostPage(order, record, options.deadLetters),
    };
    this.#routes = options.routes;
    this.use(options.channels, options.routes);
    this.#ordered = new OrderedPages({
      ...options, entriesMax: this.#limits.recordsReadBackMax, ledger: this.#ledger, needless: this.#needless, channelIdsOf: (order) => this.#channelsOf(order).map(({ id }) => id),
    });
    this.#records = new LogFollower({
      log: options.deliveries, entriesMax: this.#limits.recordsReadBackMax, take: (entry) => this.#takeRecord(entry),
    });
  }

  /**
   * From now on these are the channels and routes. A channel that stays keeps what is known of its health; pages for one
   * that is gone go to the default channels.
   * @throws TocsinError `invalid_setting` for channels or routes that do not fit together; nothing is changed then.
   */
  use(channels: readonly Channel[], routes: Routes): void {
    const byId = new Map(channels.map((channel) => [channel.id, channel]));
    checkChannels(channels);
    checkRoutes(routes, new Set(byId.keys()));
    this.#channels = byId;
    this.#channelIds = new Set(byId.keys());
    this.#routes = routes;
    for (const [id, lane] of this.#lanes) {
      if (byId.has(id)) continue;
      lane.clear();
      this.#lanes.delete(id);
    }
    for (const [id, channel] of byId) if (!this.#lanes.has(id)) this.#lanes.set(id, this.#newLane(channel.concurrencyMax ?? this.#limits.concurrencyMax));
  }

  #newLane(concurrencyMax: number): ChannelLane {
    const { policy, clock, random } = this.#options;
    return new ChannelLane({
      concurrencyMax,
      waitingMax: this.#limits.inFlightMax,
      waitingWhileSlowMax: waitingWhileSlowMax(this.#limits, this.#channels.size),
      slowAfterMs: SLOW_AFTER_MS,
      turnAwayMaxMs: policy.turnAwayMaxMs,
      turnAwayFailingMaxMs: policy.pauseMaxMs,
      clock,
      timers: this.#timers,
      random,
    });
  }

  /**
   * Reads back what was ordered and delivered, then begins to deliver. Idempotent.
   * @throws TocsinError `log_unavailable` when a log cannot be read; it may be called again.
   */
  async start(): Promise<void> {
    await this.#records.start();
    await this.#ordered.start();
    if (this.#work !== undefined || this.#isStopping) return;
    this.#ledger.start(this.#options.clock.nowMs());
    this.#work = this.#options.incidents.work(WORKER, this.#limits.inFlightMax).pipe(
      mergeMap((delivery) => this.#take(delivery)),
    ).subscribe();
  }

  /** Takes nothing new, waits for attempts under way, then ends them; takes little longer than `timeoutMs`. What is not settled is handed out again. */
  async stop(timeoutMs: number): Promise<void> {
    this.#isStopping = true;
    for (const lane of this.#lanes.values()) lane.clear();
    await this.#idle(timeoutMs);
    for (const attempt of this.#attempts) attempt.abort();
    await this.#idle(ABORT_MS_MAX);
    this.#work?.unsubscribe();
    this.#records.stop();
    this.#ordered.stop();
  }

  /** Sends a lost page once more. @throws TocsinError `page_lost` where it is not delivered, `not_found` for a channel that is gone. */
  async sendAgain({ order, channelId }: LostPage): Promise<string> {
    const channel = this.#channels.get(channelId);
    if (channel === undefined) throw new TocsinError('not_found', `there is no channel ${channelId} any more`);
    const outcome = await sendAgain({ order, event: orderEvent(order), channel, signal: AbortSignal.timeout(AGAIN_MS_MAX) }, this.#context);
    if (outcome.kind !== 'delivered') throw new TocsinError('page_lost', `the page over ${channelId} is still not delivered: ${outcome.detail}`);
    return outcome.detail;
  }

  #take(delivery: Delivery): Observable<void> {
    if (this.#isStopping) return EMPTY;
    let orders: PageOrder[];
    try {
      orders = decodeJson('journal', delivery.entry.value).pages;
    } catch (error) {
      return from(this.#putAside(delivery, error));
    }
    if (orders.length === 0) {
      delivery.ack();
      return EMPTY;
    }
    const held = this.#held.get(delivery.entry.sequence);
    if (held !== undefined) {
      held.push(delivery);
      return EMPTY;
    }
    return from(this.#handle(orders, delivery));
  }

  async #handle(orders: readonly PageOrder[], delivery: Delivery): Promise<void> {
    const held = [delivery];
    const { sequence } = delivery.entry;
    this.#held.set(sequence, held);
    this.#reportDepths();
    try {
      const pages = orders.map((order) => ({ order, event: orderEvent(order), channels: this.#channelsOf(order) }));
      // All are known before any goes out, so that an end waits for its fire in the same entry.
      for (const { event, channels } of pages) this.#ledger.see(event, channels.map(({ id }) => id), this.#options.clock.nowMs());
      const results = await Promise.all(pages.flatMap(({ channels, ...page }) => channels.map((channel) => this.#overChannel(page, channel))));
      const dueAtMs = results.flatMap((result) => (result.kind === 'waiting' ? [result.untilMs] : []));
      const waitMs = Math.ceil(Math.max(0, Math.min(...dueAtMs) - this.#options.clock.nowMs()));
      for (const each of held) if (dueAtMs.length === 0) each.ack(); else each.retry(waitMs);
    } catch (error) {
      for (const each of held) await this.#putAside(each, error);
    } finally {
      this.#held.delete(sequence);
      this.#reportDepths();
      if (this.#held.size === 0) this.#whenIdle?.();
    }
  }

  #channelsOf({ notify, event, reason }: PageOrder): Channel[] {
    const { channelIds, unknownNames } = resolveChannels(notify, this.#routes, this.#channelIds);
    for (const name of unknownNames) this.#warnOnce(name, event.ruleId);
    const channels = channelIds.flatMap((id) => this.#channels.get(id) ?? []);
    return reason === 'acknowledged' ? channels.filter(({ hearsAcknowledgements }) => hearsAcknowledgements === true) : channels;
  }

  async #overChannel(page: { order: PageOrder; event: AlertEvent }, channel: Channel): Promise<PageResult> {
    const lane = this.#lanes.get(channel.id);
    if (lane === undefined) throw new RangeError(`no lane for ${channel.id}`);
    let defect: unknown;
    const result = await lane.enter(page.event.alertId, async () => {
      const attempt = new AbortController();
      this.#attempts.add(attempt);
      try {
        return await deliverPage({ ...page, channel, signal: attempt.signal }, lane.health, this.#context);
      } catch (error) {
        defect = error;
        return { kind: 'settled' };
      } finally {
        this.#attempts.delete(attempt);
      }
    });
    if (defect !== undefined) throw defect;
    return result;
  }

  /** An entry that cannot be understood is kept on the dead-letter log, and on this one while that cannot be reached. */
  async #putAside(delivery: Delivery, error: unknown): Promise<void> {
    const { entry } = delivery;
    const kept = await this.#options.deadLetters.put({ stage: 'notify', log: 'incidents', sequence: entry.sequence, bytes: entry.value, error });
    if (kept) delivery.ack();
    else delivery.retry(this.#options.policy.recheckMs);
  }

  #takeRecord(entry: LogEntry<Uint8Array>): void {
    if (this.#isFirstRecord) {
      this.#isFirstRecord = false;
      if (entry.sequence > 1) this.#ledger.beginAt(entry.timeMs);
    }
    try {
      this.#ledger.take(decodeJson('delivery', entry.value));
    } catch {
      // Its page is attempted again, under the same key.
      this.#options.warn(`Entry ${entry.sequence} of the deliveries log cannot be read and is passed over.`);
    }
  }

  #warnOnce(name: string, ruleId: string): void {
    if (this.#unknownNames.has(name) || this.#unknownNames.size >= UNKNOWN_NAMES_MAX) return;
    this.#unknownNames.add(name);
    this.#options.warn(`The rule ${ruleId} notifies "${name}", which is not known here; its pages go to the default channels.`);
  }

  #reportDepths(): void {
    const { telemetry } = this.#options;
    telemetry({ kind: 'queue-depth', queue: 'notifier', depth: this.#held.size, limit: this.#limits.inFlightMax });
    for (const [id, lane] of this.#lanes) telemetry({ kind: 'queue-depth', queue: `channel-${id}`, depth: lane.depth, limit: lane.depthMax });
  }

  #idle(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const forget = this.#timers.after(timeoutMs, resolve);
      this.#whenIdle = () => {
        forget();
        resolve();
      };
      if (this.#held.size === 0) this.#whenIdle();
    });
  }
}

/** What a channel may take to give up an attempt that was ended. */
const ABORT_MS_MAX = 500;
const AGAIN_MS_MAX = 15_000;
const SLOW_AFTER_MS = 1_000;
const UNKNOWN_NAMES_MAX = 1_000;

/** However many channels are dead, what waits for them fills no more than half of what may be held. */
function waitingWhileSlowMax(limits: NotifierLimits, channels: number): number {
  return Math.max(1, Math.floor(limits.inFlightMax / 2 / channels) - limits.concurrencyMax);
}
