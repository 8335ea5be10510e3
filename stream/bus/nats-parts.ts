import type { JetStreamManager } from '@nats-io/jetstream';
import type { Clock } from '../../core/clock.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { BusLimits } from './limits.ts';
import type { BusLogger } from './logger.ts';
import type { NatsLink } from './nats-link.ts';

/** What every part of the NATS adapter works with. */
export interface NatsParts {
  link: NatsLink;
  manager: JetStreamManager;
  clock: Clock;
  telemetry: Telemetry;
  logger: BusLogger;
  limits: BusLimits;
  /** Largest entry in bytes. */
  entryBytesMax: number;
}
