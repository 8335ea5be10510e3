import type { z } from 'zod';
import { nearest } from '../../rules/nearest.ts';
import { templateFault } from './check-template.ts';
import { samplePages } from '../../notify/sample-page.ts';
import { looksLikeSecretRef } from './secret-ref.ts';
import { SMS_SAMPLE } from './sms-sample.ts';
import { CHANNEL_KINDS, channelSchema, keysOfKind } from './channel-schema.ts';
import type { ChannelConfig } from './channel-schema.ts';

/** One thing that is wrong with a channel: the key as a path, and what to do about it. Never quotes a value that may be a secret. */
export interface ChannelFault {
  path: (string | number)[];
  /** The path as text, such as `digest.every`; "" for the channel as a whole. */
  key: string;
  message: string;
}

export type ChannelResult = { ok: true; channel: ChannelConfig } | { ok: false; faults: ChannelFault[] };

/** Reads a channel as written in YAML or JSON, and says everything that is wrong with it. */
export function checkChannel(value: unknown): ChannelResult {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { ok: false, faults: [channelFault([], 'is not a channel: a channel is a list of keys and values, such as id: ops-dingtalk')] };
  }
  const parsed = channelSchema.safeParse(value);
  if (parsed.success) {
    const faults = faultsTogether(parsed.data);
    return faults.length === 0 ? { ok: true, channel: parsed.data } : { ok: false, faults };
  }
  return { ok: false, faults: parsed.error.issues.flatMap((issue) => faultsOf(issue, value)) };
}

export function channelFault(path: (string | number)[], message: string): ChannelFault {
  const key = path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
  return { path, key, message };
}

/** One sentence for all of it. */
export function describeFaults(faults: readonly ChannelFault[]): string {
  return faults.map(({ key, message }) => (key === '' ? `The channel ${message}.` : `${key} ${message}.`)).join(' ');
}

/** What only keys together can be wrong about. */
function faultsTogether(channel: ChannelConfig): ChannelFault[] {
  if (channel.fallback === channel.id) return [channelFault(['fallback'], 'is the channel itself')];
  if (channel.kind === 'webhook' && channel.template !== undefined) {
    const fault = templateFault(channel.template, channel.contentType, samplePages());
    if (fault !== null) return [channelFault(['template'], fault)];
  }
  if (channel.kind === 'email' && (channel.user === undefined) !== (channel.password === undefined)) {
    return [channelFault([channel.user === undefined ? 'user' : 'password'], 'is missing: a user needs a password and a password a user')];
  }
  if (channel.kind === 'sms') {
    const written = { url: looksLikeSecretRef(channel.url) ? undefined : channel.url, body: channel.body };
    for (const key of ['url', 'body'] as const) {
      const fault = written[key] === undefined ? null : templateFault(written[key], key === 'url' ? 'text/plain' : channel.contentType ?? 'text/plain', [SMS_SAMPLE]);
      if (fault !== null) return [channelFault([key], fault)];
    }
  }
  return [];
}

function faultsOf(issue: z.core.$ZodIssue, value: object): ChannelFault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const kind = (value as { kind?: unknown }).kind;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => channelFault([...path, key.slice(0, 64)], unknownKey(path, key, kind)));
  if (issue.code === 'invalid_union' && path[0] === 'kind') {
    const known = `a channel's kind is ${CHANNEL_KINDS.join(', ')}`;
    const close = typeof kind === 'string' ? nearest(kind, CHANNEL_KINDS) : null;
    return [channelFault(path, kind === undefined ? `is missing: ${known}` : `is not known${close === null ? '' : `; did you mean ${close}?`} (${known})`)];
  }
  return [channelFault(path, issue.message)];
}

function unknownKey(path: readonly (string | number)[], key: string, kind: unknown): string {
  const known = path[0] === 'digest' ? ['below', 'every'] : keysOfKind(kind);
  const close = nearest(key, known);
  return `is not a key that is known here${close === null ? '' : `; did you mean ${close}?`} (known: ${known.join(', ')})`;
}
