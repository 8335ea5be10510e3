import { nearest } from '../../rules/nearest.ts';
import { channelFault } from './check-channel.ts';
import type { ChannelFault } from './check-channel.ts';
import type { ChannelConfig } from './channel-schema.ts';

type Linked = Pick<ChannelConfig, 'id' | 'fallback'>;

/** What is wrong with how channels name each other: a fallback that does not exist, or that leads back to where it began. By the channel's id. */
export function checkFallbacks(channels: readonly Linked[]): Map<string, ChannelFault> {
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  const faults = new Map<string, ChannelFault>();
  for (const channel of channels) {
    if (channel.fallback === undefined) continue;
    if (!byId.has(channel.fallback)) {
      const close = nearest(channel.fallback, [...byId.keys()]);
      faults.set(channel.id, channelFault(['fallback'], `names the channel ${channel.fallback.slice(0, 64)}, which does not exist${close === null ? '' : `; did you mean ${close}?`}`));
      continue;
    }
    const way = [channel.id];
    for (let at = byId.get(channel.fallback); at !== undefined && way.length <= byId.size; at = at.fallback === undefined ? undefined : byId.get(at.fallback)) {
      way.push(at.id);
      if (at.id === channel.id) {
        faults.set(channel.id, channelFault(['fallback'], `leads back to the channel itself: ${way.join(' → ')}`));
        break;
      }
    }
  }
  return faults;
}

/** Names under `notify` that mean nothing here, each with the nearest that does. */
export function unknownNotifyNames(names: readonly string[], known: ReadonlySet<string>): { name: string; index: number; message: string }[] {
  return names.flatMap((name, index) => {
    if (known.has(name)) return [];
    const close = nearest(name, [...known]);
    return [{ name, index, message: `names ${JSON.stringify(name.slice(0, 64))}, which is neither a channel nor anybody that is known here${close === null ? '' : `; did you mean ${close}?`} (known: ${[...known].sort().join(', ')})` }];
  });
}
