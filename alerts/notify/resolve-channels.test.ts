import { describe, expect, it } from 'vitest';
import { checkChannels, checkRoutes, resolveChannels } from './resolve-channels.ts';

const CHANNELS = new Set(['console', 'webhook', 'spare']);
const ROUTES = { byName: new Map([['on-call', ['console', 'webhook']], ['nobody', []]]), fallback: ['console'] };

describe('the channels of a rule', () => {
  it.each([
    ['are those that its name means', ['on-call'], ['console', 'webhook'], []],
    ['are each named once', ['on-call', 'on-call', 'webhook'], ['console', 'webhook'], []],
    ['may be named by their own ids', ['spare'], ['spare'], []],
    ['are the default ones for a rule that names nobody', [], ['console'], []],
    ['are the default ones for an unknown name, which is reported', ['ops'], ['console'], ['ops']],
    ['include those of the known names beside an unknown one', ['spare', 'ops'], ['spare', 'console'], ['ops']],
    ['are the default ones for a name that means none', ['nobody'], ['console'], []],
  ])('%s', (_name, names, channelIds, unknownNames) => {
    expect(resolveChannels(names, ROUTES, CHANNELS)).toEqual({ channelIds, unknownNames });
  });
});

describe('a configuration', () => {
  it.each([
    ['without a default channel', () => checkRoutes({ byName: new Map(), fallback: [] }, CHANNELS), 'would reach nobody'],
    ['whose route names an unknown channel', () => checkRoutes({ byName: new Map([['on-call', ['pager']]]), fallback: ['console'] }, CHANNELS), '"on-call" names the channel "pager"'],
    ['with two channels of one id', () => checkChannels([{ id: 'a' }, { id: 'a' }]), 'Two channels have the id "a"'],
    ['with an id that cannot stand in a key', () => checkChannels([{ id: 'a:b' }]), 'cannot be a channel\'s id'],
  ])('%s is refused', (_name, check, sentence) => {
    expect(check).toThrowError(expect.objectContaining({ code: 'invalid_setting', message: expect.stringContaining(sentence) as string }) as Error);
  });
});
