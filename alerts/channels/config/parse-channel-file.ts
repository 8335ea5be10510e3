import { readYamlList } from '../../yaml-list.ts';
import type { FileProblem, YamlEntry } from '../../yaml-list.ts';
import { checkFallbacks } from './check-channel-set.ts';
import { checkChannel } from './check-channel.ts';
import type { ChannelConfig } from './channel-schema.ts';

export interface ChannelFile {
  channels: ChannelConfig[];
  problems: FileProblem[];
}

/** Reads a YAML list of channels and says everything that is wrong in it, each with its place. `known`: other channels that a fallback may name. */
export function parseChannelFile(yamlText: string, file: string, known: readonly string[] = []): ChannelFile {
  const channels: ChannelConfig[] = [];
  const entries = new Map<string, YamlEntry>();
  const problems = readYamlList(yamlText, file, {
    noun: 'channel',
    take(entry) {
      const result = checkChannel(entry.value);
      if (!result.ok) return result.faults.forEach(entry.report);
      channels.push(result.channel);
      entries.set(result.channel.id, entry);
    },
  });
  // What a broken entry would have been is still a name that others may use.
  const others = [...known, ...problems.flatMap(({ id }) => (id === undefined ? [] : [id]))].map((id) => ({ id, fallback: undefined }));
  for (const [id, fault] of checkFallbacks([...channels, ...others])) entries.get(id)?.report(fault);
  return { channels, problems };
}
