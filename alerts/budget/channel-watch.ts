import type { Clock } from '../../core/clock.ts';
import type { DeliveryFault } from '../../core/delivery-fault.ts';
import type { Channel, SendOutcome } from '../channels/channel.ts';
import type { RenderOptions } from '../notify/render-page.ts';
import { channelAlarmPage } from './channel-alarm-page.ts';
import { decideAlarm, QUIET } from './decide-alarm.ts';
import type { AlarmState } from './decide-alarm.ts';

export interface ChannelWatchOptions {
  clock: Clock;
  render: RenderOptions;
  /** Channels over which the alarm about one may go, the best first; not the one itself. */
  othersThan(channelId: string): readonly Channel[];
  warn(message: string): void;
}

const ALARM_TIMEOUT_MS = 15_000;

/** Tells people over another channel when one fails, and when it works again. What it knows is this process's own. */
export class ChannelWatch {
  readonly #options: ChannelWatchOptions;
  readonly #states = new Map<string, AlarmState>();

  constructor(options: ChannelWatchOptions) {
    this.#options = options;
  }

  /** Resolves when everybody who could be told is. */
  async take(channelId: string, outcome: SendOutcome): Promise<void> {
    const { clock, warn } = this.#options;
    const nowMs = clock.nowMs();
    const before = this.#states.get(channelId) ?? QUIET;
    const { decision, state } = decideAlarm(before, outcome, nowMs);
    // Told before it is: attempts that fail together raise one alarm.
    this.#states.set(channelId, decision.action === 'raise' ? { ...state, told: true } : state);
    if (decision.action === 'none') return;
    const sinceMs = before.failingSinceMs ?? before.raisedAtMs ?? nowMs;
    if (decision.action === 'raise') warn(`The channel ${channelId} does not deliver (${decision.reason}): ${outcome.detail}`);
    const told = await this.#tell(channelId, { detail: outcome.detail, why: 'why' in outcome ? outcome.why : undefined, sinceMs, nowMs, state: decision.action === 'raise' ? 'failing' : 'works-again' });
    if (!told && decision.action === 'raise') this.#states.set(channelId, { ...state, told: false });
  }

  /** The first channel that takes it. */
  async #tell(channelId: string, about: { detail: string; why: DeliveryFault | undefined; sinceMs: number; nowMs: number; state: 'failing' | 'works-again' }): Promise<boolean> {
    const page = channelAlarmPage({ channelId, ...about }, this.#options.render);
    let told = false;
    for (const channel of this.#options.othersThan(channelId)) {
      const outcome = await channel.send(page, `${page.idempotencyKey}:${channel.id}`, AbortSignal.timeout(ALARM_TIMEOUT_MS)).catch(() => null);
      // The console is read by nobody at night: it is told, and so is one more.
      if (outcome?.kind !== 'delivered') continue;
      told = true;
      if (channel.kind !== 'console') break;
    }
    return told;
  }
}
