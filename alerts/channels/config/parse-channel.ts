import { TocsinError } from '../../../core/errors.ts';
import { checkChannel, describeFaults } from './check-channel.ts';
import type { ChannelConfig } from './channel-schema.ts';

/** As `checkChannel`; throws `invalid_channel` with one sentence for each fault. */
export function parseChannel(value: unknown): ChannelConfig {
  const result = checkChannel(value);
  if (result.ok) return result.channel;
  throw new TocsinError('invalid_channel', describeFaults(result.faults));
}
