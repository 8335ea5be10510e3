import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Egress } from '../egress/egress.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { Channel, SendOutcome } from './channel.ts';
import type { ChannelConfig, ConfigOf } from './config/channel-schema.ts';
import { ConsoleChannel } from './console-channel.ts';
import type { TextSink } from './console-channel.ts';
import { looksLikeSecretRef } from './config/secret-ref.ts';
import type { SecretReach, Secrets } from './secrets.ts';
import { compileTemplate } from './template/render-template.ts';
import { WebhookChannel } from './webhook-channel.ts';

export interface ChannelParts {
  clock: Clock;
  egress: Egress;
  secrets: Secrets;
  /** Where the console channel writes. */
  sink: TextSink;
  /** Of channels that name none. */
  language: PageLanguage;
}

/** Makes a channel of what is written. @throws TocsinError `invalid_channel` when a secret cannot be read or an address is none. */
export function buildChannel(config: ChannelConfig, reach: SecretReach, parts: ChannelParts): Channel {
  const read = (text: string): string => parts.secrets.read(text, reach);
  const readIfRef = (text: string): string => (looksLikeSecretRef(text) ? read(text) : text);
  try {
    switch (config.kind) {
      case 'console':
        return new ConsoleChannel({ id: config.id, language: config.language ?? parts.language, sink: parts.sink });
      case 'webhook':
        return webhook(config, { read, readIfRef }, parts);
    }
  } catch (error) {
    if (error instanceof TocsinError) throw new TocsinError('invalid_channel', `The channel ${config.id} cannot be used: ${error.message}`);
    throw error;
  }
}

interface Reading {
  read(text: string): string;
  readIfRef(text: string): string;
}

function webhook(config: ConfigOf<'webhook'>, { read, readIfRef }: Reading, { clock, egress }: ChannelParts): Channel {
  const template = config.template === undefined ? undefined : compileTemplate(config.template);
  return new WebhookChannel({
    id: config.id, url: readIfRef(config.url), clock, egress,
    ...(config.secret === undefined ? {} : { secret: read(config.secret) }),
    ...(template === undefined ? {} : { template }),
    ...(config.contentType === undefined ? {} : { contentType: config.contentType }),
    ...(config.headers === undefined ? {} : headersOf(config.headers, readIfRef)),
  });
}

/** Values that are references are read, and kept out of what is said of answers. */
function headersOf(written: Readonly<Record<string, string>>, readIfRef: (text: string) => string): { headers: Record<string, string>; hidden: string[] } {
  const headers = Object.fromEntries(Object.entries(written).map(([name, text]) => [name.toLowerCase(), readIfRef(text)]));
  return { headers, hidden: Object.keys(written).filter((name) => looksLikeSecretRef(written[name] ?? '')).map((name) => headers[name.toLowerCase()] ?? '') };
}

/** Stands in for a channel that cannot be built: its pages wait, and are told why, until it can. */
export class BrokenChannel implements Channel {
  readonly id: string;
  readonly kind: string;
  readonly #why: string;

  constructor({ id, kind }: Pick<ChannelConfig, 'id' | 'kind'>, why: string) {
    this.id = id;
    this.kind = kind;
    this.#why = why;
  }

  async send(): Promise<SendOutcome> {
    return { kind: 'retry', detail: this.#why, fault: 'channel' };
  }
}
