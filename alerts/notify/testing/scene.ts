import { map, Subject, takeUntil } from 'rxjs';
import { vi } from 'vitest';
import type { AlertEvent } from '../../../core/alert.ts';
import type { PageOrder } from '../../../core/page-order.ts';
import type { DeliveryRecord } from '../../../core/page.ts';
import type { TelemetryEvent } from '../../../core/telemetry.ts';
import { MemoryBus } from '../../../stream/bus/memory-bus.ts';
import { DeadLetters } from '../../../stream/dead-letter-box/dead-letters.ts';
import { decodeJson, encodeJson } from '../../../stream/frames/record.ts';
import type { AppendLog, Log } from '../../../stream/ports.ts';
import { DELIVERY_POLICY } from '../decide-delivery.ts';
import type { DeliveryPolicy } from '../decide-delivery.ts';
import { readLostPage } from '../lost-pages.ts';
import { Notifier, NOTIFIER_LIMITS } from '../notifier.ts';
import type { NotifierLimits } from '../notifier.ts';
import type { AckWaitQueue } from './ack-wait-queue.ts';
import type { ScriptedChannel } from './scripted-channel.ts';
import { ZonedTime } from '../time-text.ts';
import { encodeOrder } from './order-of.ts';

/** The day on which every scene plays, in UTC. */
const DAY_START_MS = Date.UTC(2026, 10, 23);
const DAY_MS = 86_400_000;

export interface SceneOptions {
  channels: readonly ScriptedChannel[];
  /** Names that events notify; `on-call` is all channels when absent. */
  routes?: ReadonlyMap<string, readonly string[]>;
  policy?: Partial<DeliveryPolicy>;
  limits?: Partial<NotifierLimits>;
  random?: () => number;
  /** In place of the in-memory bus's own queue. */
  alerts?: AckWaitQueue;
}

/**
 * A notifier on virtual time, told in times of the day: `await scene.at('10:00')`, `scene.raise(event)`,
 * `await scene.at('10:05')`. Begin with `vi.useFakeTimers()`, end with `vi.useRealTimers()`.
 */
export class Scene {
  readonly bus: MemoryBus;
  readonly told: TelemetryEvent[] = [];
  readonly warnings: string[] = [];
  readonly #options: SceneOptions;
  readonly #channels: Map<string, ScriptedChannel>;
  #process: { notifier: Notifier; kill: () => void } | undefined;

  constructor(options: SceneOptions) {
    vi.setSystemTime(DAY_START_MS);
    this.bus = new MemoryBus({ clock: { nowMs: () => Date.now() } });
    this.#options = options;
    this.#channels = new Map(options.channels.map((channel) => [channel.id, channel]));
  }

  /** Plays on until a time: `10:05`, `10:05:30`, or on a later day `+1d 10:05`. */
  async at(time: string): Promise<void> {
    await vi.advanceTimersByTimeAsync(Math.max(0, timeMs(time) - Date.now()));
  }

  async start(): Promise<void> {
    let isDead = false;
    const death = new Subject<void>();
    const unlessDead = (act: () => void) => () => {
      if (!isDead) act();
    };
    const queue = this.#options.alerts ?? this.bus.log('incidents');
    const ordered = this.bus.log('incidents');
    const alerts: Pick<Log, 'work' | 'read' | 'last' | 'settledThrough'> = {
      read: (from, max) => ordered.read(from, max).pipe(takeUntil(death)),
      last: () => ordered.last(),
      settledThrough: (name) => ordered.settledThrough(name),
      work: (name, inFlightMax) => queue.work(name, inFlightMax).pipe(takeUntil(death), map((delivery) => ({
        ...delivery,
        ack: unlessDead(() => delivery.ack()),
        retry: (delayMs: number) => unlessDead(() => delivery.retry(delayMs))(),
      }))),
    };
    const log = this.bus.log('deliveries');
    const append: AppendLog['append'] = (bytes, id) => (isDead ? new Promise(() => undefined) : log.append(bytes, id));
    const clock = { nowMs: () => Date.now() };
    const telemetry = (event: TelemetryEvent): void => { this.told.push(event); };
    const notifier = new Notifier({
      incidents: alerts,
      deliveries: { append, read: (from, max) => log.read(from, max).pipe(takeUntil(death)), last: () => log.last() },
      deadLetters: new DeadLetters(this.bus.log('dead'), clock, telemetry),
      channels: this.#options.channels,
      routes: { byName: this.#options.routes ?? new Map([['on-call', [...this.#channels.keys()]]]), fallback: [...this.#channels.keys()].slice(0, 1) },
      policy: { ...DELIVERY_POLICY, ...this.#options.policy },
      limits: { ...NOTIFIER_LIMITS, ...this.#options.limits },
      render: { publicUrl: 'http://127.0.0.1:8080', times: new ZonedTime('Asia/Shanghai') },
      clock,
      random: this.#options.random ?? (() => 0.5),
      telemetry,
      warn: (message) => this.warnings.push(message),
    });
    this.#process = { notifier, kill: () => { isDead = true; death.next(); } };
    await notifier.start();
  }

  /** As somebody does by hand with a lost page. */
  async sendAgain(bytes: Uint8Array): Promise<void> {
    await this.#process?.notifier.sendAgain(readLostPage(bytes));
  }

  /** Ends the notifier as `kill -9` does: nothing that it has under way has any further effect. */
  kill(): void {
    this.#process?.kill();
    this.#process = undefined;
  }

  async stop(timeoutMs = 1_000): Promise<void> {
    await this.#process?.notifier.stop(timeoutMs);
    this.#process = undefined;
  }

  async raise(...events: AlertEvent[]): Promise<void> {
    for (const event of events) await this.#put(encodeOrder(event), event.id);
  }

  async order(order: PageOrder): Promise<void> {
    await this.#put(encodeJson('journal', { number: order.number, writer: 'test', inputs: [], pages: [order] }), order.id);
  }

  /** A queue in place of the bus's own holds what the log holds. */
  async #put(bytes: Uint8Array, id: string): Promise<void> {
    await this.bus.log('incidents').append(bytes, id);
    this.#options.alerts?.append(bytes);
    await vi.advanceTimersByTimeAsync(0);
  }

  /** Everything on the deliveries log, in order. */
  async records(): Promise<DeliveryRecord[]> {
    const log = this.bus.log('deliveries');
    const last = (await log.last())?.sequence ?? 0;
    const records: DeliveryRecord[] = [];
    const reading = log.read(1, 1_000).subscribe(({ entry, ack }) => {
      records.push(decodeJson('delivery', entry.value));
      ack();
    });
    while (records.length < last) await vi.advanceTimersByTimeAsync(0);
    reading.unsubscribe();
    return records;
  }
}

/** `HH:MM`, `HH:MM:SS` or `+Nd HH:MM` to milliseconds since the epoch. */
export function timeMs(time: string): number {
  const parts = /^(?:\+(\d+)d )?(\d\d):(\d\d)(?::(\d\d))?$/u.exec(time);
  if (parts === null) throw new RangeError(`"${time}" is no time such as 10:05, 10:05:30 or +1d 10:05`);
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return DAY_START_MS + (days ?? 0) * DAY_MS + (hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000 + (seconds ?? 0) * 1_000;
}
