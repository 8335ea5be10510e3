import { readFile } from 'node:fs/promises';
import type { ChannelConfig } from '../../alerts/channels/config/channel-schema.ts';
import { parseChannelFile } from '../../alerts/channels/config/parse-channel-file.ts';
import { formatFileProblem } from '../../alerts/yaml-list.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Settings } from '../config/settings.ts';
import type { BookedChannel } from './channel-book.ts';

/** Names under `notify` that mean every channel whose `default` is true. */
export const ON_CALL = 'on-call';

/** Id of the channel that TOCSIN_WEBHOOK_URL makes, and of the one that is always there. */
export const WEBHOOK_ID = 'webhook';
export const CONSOLE_ID = 'console';

type ChannelSettings = Pick<Settings, 'TOCSIN_CHANNELS_FILE' | 'TOCSIN_WEBHOOK_URL' | 'TOCSIN_WEBHOOK_SECRET'>;

/**
 * The channels of settings and of the file. The console is there unless the file says otherwise under its id.
 * @throws TocsinError `invalid_channel` that lists every problem of the file with its line and key
 */
export async function readChannels(settings: ChannelSettings): Promise<BookedChannel[]> {
  const ofSettings = settingChannels(settings);
  const file = settings.TOCSIN_CHANNELS_FILE;
  if (file === undefined) return ofSettings;
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new TocsinError('invalid_channel', `the file of channels ${file} cannot be read: ${cause.code ?? 'unknown'}`, { cause });
  });
  const { channels, problems } = parseChannelFile(text, file, ofSettings.map(({ channel }) => channel.id));
  if (problems.length > 0) {
    throw new TocsinError('invalid_channel', `the channels do not fit:\n${problems.map((problem) => `  ${formatFileProblem(problem, 'channel')}`).join('\n')}`);
  }
  const ids = new Set(channels.map(({ id }) => id));
  return [...ofSettings.filter(({ channel }) => !ids.has(channel.id)), ...channels.map((channel): BookedChannel => ({ channel, source: 'file' }))];
}

function settingChannels(settings: ChannelSettings): BookedChannel[] {
  const console: ChannelConfig = { id: CONSOLE_ID, kind: 'console', default: true };
  const webhook: ChannelConfig[] = settings.TOCSIN_WEBHOOK_URL === undefined ? [] : [{
    id: WEBHOOK_ID, kind: 'webhook', default: true, url: 'env:TOCSIN_WEBHOOK_URL',
    ...(settings.TOCSIN_WEBHOOK_SECRET === undefined ? {} : { secret: 'env:TOCSIN_WEBHOOK_SECRET' }),
  }];
  return [console, ...webhook].map((channel) => ({ channel, source: 'setting' }));
}
