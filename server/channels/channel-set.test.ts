import { describe, expect, it } from 'vitest';
import { BrokenChannel } from '../../alerts/channels/build-channel.ts';
import { Secrets } from '../../alerts/channels/secrets.ts';
import { egressTo } from '../../alerts/egress/testing/egress-to.ts';
import { ZonedTime } from '../../alerts/notify/time-text.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { BookedChannel } from './channel-book.ts';
import { ChannelSet } from './channel-set.ts';

const env: Record<string, string> = { HOOK: 'https://x.example/h?key=abcdef-secret' };
const set = (): ChannelSet => new ChannelSet({ timers: systemTimers, telemetry: () => undefined, warn: () => undefined, render: { publicUrl: '', times: new ZonedTime('UTC') }, clock: { nowMs: () => 0 }, egress: egressTo(''), secrets: new Secrets({ env, folder: '/nowhere' }), sink: process.stderr, language: 'zh', times: new ZonedTime('UTC') });
const hook = (id: string, over: object = {}, source: BookedChannel['source'] = 'file'): BookedChannel => ({ source, channel: { id, kind: 'webhook', default: true, url: 'env:HOOK', ...over } as BookedChannel['channel'] });
const errors: string[] = [];
const report = (error: Error): void => void errors.push(error.message);

describe('the channels in use', () => {
  it('stay the same things while their text stays', () => {
    const channels = set();
    const [first] = channels.use([hook('a'), hook('b')], report).channels;
    const again = channels.use([hook('a'), hook('b', { perMinute: 3 })], report).channels;
    expect(again[0]).toBe(first);
    expect(channels.use([hook('b')], report).channels.map(({ id }) => id)).toEqual(['b']);
  });

  it('get pages that name nobody where they are default ones, or all of them where none is', () => {
    const channels = set();
    expect(channels.use([hook('a'), hook('b', { default: false })], report).routes).toEqual({ byName: new Map([['on-call', ['a']]]), fallback: ['a'] });
    expect(channels.use([hook('b', { default: false })], report).routes.fallback).toEqual(['b']);
  });

  it('that cannot be built are there as broken ones, say why without the secret, and are tried again', () => {
    const channels = set();
    errors.length = 0;
    channels.use([hook('a', { url: 'env:LATER' })], report);
    expect(channels.bare('a')).toBeInstanceOf(BrokenChannel);
    expect(errors).toEqual(['The channel a cannot be used: env:LATER is not set.']);
    env['LATER'] = 'no-url-but-secret';
    channels.use([hook('a', { url: 'env:LATER' })], report);
    expect(errors[1]).toBe('The channel a cannot be used: The webhook\'s address must be a URL that starts with http:// or https://.');
    env['LATER'] = 'http://10.0.0.1/secret';
    channels.use([hook('a', { url: 'env:LATER' })], report);
    expect(errors[2]).toBe('The channel a cannot be used: 10.0.0.1 is a private address; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it.');
    env['LATER'] = 'https://x.example/';
    channels.use([hook('a', { url: 'env:LATER' })], report);
    expect(channels.bare('a')).not.toBeInstanceOf(BrokenChannel);
    expect(errors.join(' ')).not.toContain('secret');
  });

  it('made over the API reach set-aside secrets alone', () => {
    errors.length = 0;
    set().use([hook('a', {}, 'api')], report);
    expect(errors).toEqual([expect.stringContaining('env:HOOK cannot be used over the API')]);
  });
});
