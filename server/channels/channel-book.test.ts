import { describe, expect, it } from 'vitest';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { parseRule } from '../../alerts/rules/parse-rule.ts';
import { TocsinError } from '../../core/errors.ts';
import { RuleBook } from '../rules/rule-book.ts';
import { ChannelBook } from './channel-book.ts';
import type { BookedChannel } from './channel-book.ts';
import { knownNames, namesOfNobody, rulesNaming } from './known-names.ts';
import { readChannels } from './read-channels.ts';

const HOOK = { id: 'hook', kind: 'webhook', url: 'https://x.example/hook' };
const RULE = { id: 'many', title: { zh: '多', en: 'many' }, kind: 'threshold', window: '24h', atLeast: 5, notify: ['hook'] };

const codeOf = async (act: Promise<unknown>): Promise<string> => act.then(() => 'done', (error: unknown) => (error instanceof TocsinError ? `${error.code}: ${error.message}` : String(error)));

async function book(usersOf: (id: string) => Promise<string[]> = async () => []): Promise<{ channels: ChannelBook; bus: MemoryBus }> {
  const bus = new MemoryBus({ clock: { nowMs: () => 0 } });
  const fixed = await readChannels({ TOCSIN_CHANNELS_FILE: undefined, TOCSIN_WEBHOOK_URL: 'http://x', TOCSIN_WEBHOOK_SECRET: undefined });
  return { channels: new ChannelBook({ fixed, bucket: bus.keyValue('channels'), usersOf }), bus };
}

describe('the book of channels', () => {
  it('holds those of settings and those made over the API, which another process sees too', async () => {
    const { channels, bus } = await book();
    await channels.create(HOOK);
    const other = new ChannelBook({ fixed: [], bucket: bus.keyValue('channels'), usersOf: async () => [] });
    expect((await channels.list()).map(({ channel, source }) => [channel.id, source])).toEqual([['console', 'setting'], ['hook', 'api'], ['webhook', 'setting']]);
    expect((await other.list()).map(({ channel }) => channel)).toEqual([{ ...HOOK, default: true }]);
  });

  it('goes on without what it cannot read, which a new one of that id replaces', async () => {
    const { channels, bus } = await book();
    await bus.keyValue('channels').put('hook', '{"id":"hook","kind":"of-another-version"}');
    await bus.keyValue('channels').put('damaged', '{');
    expect((await channels.list()).map(({ channel }) => channel.id)).toEqual(['console', 'webhook']);
    expect(await codeOf(channels.create(HOOK))).toBe('done');
  });

  it('keeps references and no secret', async () => {
    const { channels, bus } = await book();
    await channels.create({ ...HOOK, secret: 'env:TOCSIN_SECRET_X' });
    expect((await bus.keyValue('channels').entries()).get('hook')).toContain('"env:TOCSIN_SECRET_X"');
  });

  it('refuses an id that is taken, a change of what comes from a setting, and another id than the address says', async () => {
    const { channels } = await book();
    await channels.create(HOOK);
    expect(await codeOf(channels.create(HOOK))).toContain('conflict: channel hook exists already');
    expect(await codeOf(channels.replace('console', { id: 'console', kind: 'console' }))).toContain('conflict: channel console comes from a setting');
    expect(await codeOf(channels.replace('hook', { ...HOOK, id: 'hook2' }))).toContain('invalid_channel: id: the channel\'s id is hook2');
    expect(await codeOf(channels.replace('none', { ...HOOK, id: 'none' }))).toContain('not_found');
    expect(await codeOf(channels.create({ ...HOOK, id: 'two', fallback: 'none' }))).toContain('invalid_channel: fallback names the channel none');
    await channels.create({ ...HOOK, id: 'two', fallback: 'hook' });
    expect(await codeOf(channels.replace('hook', { ...HOOK, fallback: 'two' }))).toContain('leads back to the channel itself: hook → two → hook');
  });

  it('does not remove a channel that a rule or another channel names', async () => {
    const { channels } = await book(async (id) => rulesNaming(id, [parseRule(RULE)]));
    await channels.create(HOOK);
    await channels.create({ ...HOOK, id: 'two' });
    await channels.create({ ...HOOK, id: 'three', fallback: 'two' });
    expect(await codeOf(channels.remove('hook'))).toBe('conflict: channel hook is in use: rule many notifies it');
    expect(await codeOf(channels.remove('two'))).toBe('conflict: channel two is in use: channel three falls back to it');
    expect(await codeOf(channels.remove('three', ['route all notifies it', 'user u1 is reached over it']))).toBe('conflict: channel three is in use: route all notifies it; user u1 is reached over it');
    expect(await codeOf(channels.remove('three'))).toBe('done');
    expect(await codeOf(channels.remove('two'))).toBe('done');
  });

  it('tells the whole set now and after each change', async () => {
    const { channels } = await book();
    const sets: BookedChannel[][] = [];
    const following = channels.sets().subscribe((set) => sets.push(set));
    await new Promise(setImmediate);
    await channels.create(HOOK);
    await new Promise(setImmediate);
    following.unsubscribe();
    expect(sets.map((set) => set.map(({ channel }) => channel.id))).toEqual([['console', 'webhook'], ['console', 'hook', 'webhook']]);
  });
});

describe('rules', () => {
  it('that notify nobody who is known are refused when they are made', async () => {
    const { channels, bus } = await book();
    const rules = new RuleBook([], bus.keyValue('rules'), () => knownNames(channels));
    expect(await codeOf(rules.create(RULE))).toBe('invalid_rule: rule many: notify[0] names "hook", which is neither a channel nor anybody that is known here (known: console, on-call, webhook).');
    await channels.create(HOOK);
    expect(await codeOf(rules.create(RULE))).toBe('done');
    const leveled = parseRule({ ...RULE, escalate: [{ atLeast: 9, severity: 'critical', notify: ['hok'] }] });
    expect(namesOfNobody([leveled], await knownNames(channels))).toEqual([expect.stringContaining('rule many: escalate[0].notify[0] names "hok"')]);
  });
});
