import type { JsMsg } from '@nats-io/jetstream';
import type { LogEntry } from '../../core/frame.ts';

const NANOS_PER_MS = 1_000_000;

/** One entry in a worker's hands. */
export interface Held {
  entry: LogEntry<Uint8Array>;
  redeliveries: number;
  ack(): void;
  /** Back to the queue, to be handed out after the delay. */
  giveBack(delayMs?: number): void;
  sayWorking(): void;
}

export function heldMessage(message: JsMsg): Held {
  const { streamSequence, timestampNanos, deliveryCount } = message.info;
  return {
    entry: { sequence: streamSequence, timeMs: Math.floor(timestampNanos / NANOS_PER_MS), value: message.data },
    redeliveries: deliveryCount - 1,
    ack: () => message.ack(),
    giveBack: (delayMs) => message.nak(delayMs),
    sayWorking: () => message.working(),
  };
}
