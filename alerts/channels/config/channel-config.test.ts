import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatFileProblem } from '../../yaml-list.ts';
import { checkFallbacks, unknownNotifyNames } from './check-channel-set.ts';
import { checkChannel } from './check-channel.ts';
import { parseChannelFile } from './parse-channel-file.ts';

const problemsOf = (yaml: string): string[] => parseChannelFile(yaml, 'channels.yaml').problems.map((problem) => formatFileProblem(problem, 'channel'));
const messageOf = (value: unknown): string => {
  const result = checkChannel(value);
  return result.ok ? 'ok' : result.faults.map(({ key, message }) => `${key}: ${message}`).join(' / ');
};
const HOOK = { id: 'hook', kind: 'webhook', url: 'https://x.example/hook' };

describe('a file of channels', () => {
  it('that comes with the program is right', () => {
    const text = readFileSync(new URL('../examples/channels.yaml', import.meta.url), 'utf8');
    const { channels, problems } = parseChannelFile(text, 'channels.yaml');
    expect(problems).toEqual([]);
    expect(channels.length).toBeGreaterThan(1);
  });

  it('says file, line, column, key and what is wrong, all of it at once', () => {
    expect(problemsOf(`
- id: ops
  kind: webhok
  url: https://x.example
- id: Bad Id
  kind: console
- id: hook
  kind: webhook
  url: https://x.example/hook
  secrt: env:KEY
  digest: {below: warning, evry: 15m}
- id: hook
  kind: console
- just a text
`)).toEqual([
      'channels.yaml:3:3: kind is not known; did you mean webhook? (a channel\'s kind is console, webhook) (channel ops)'.replace('console, webhook', kindsText()),
      'channels.yaml:5:3: id must be 1 to 64 small letters, digits and hyphens, such as ops-dingtalk (channel Bad Id)',
      expect.stringMatching(/^channels.yaml:11:3: digest.every must be a length of time such as 15m \(channel hook\)$/u),
      expect.stringMatching(/^channels.yaml:11:28: digest.evry is not a key that is known here; did you mean every\? \(known: below, every\) \(channel hook\)$/u),
      expect.stringMatching(/^channels.yaml:10:3: secrt is not a key that is known here; did you mean secret\?/u),
      'channels.yaml:12:3: id hook was used before, on line 7: every channel has an id of its own (channel hook)',
      'channels.yaml:14:3: the channel is not a channel: a channel is a list of keys and values, such as id: ops-dingtalk',
    ]);
  });

  it('is refused as a whole when it is no list, no YAML or a bomb of aliases', () => {
    expect(problemsOf('id: ops')).toEqual(['channels.yaml:1:1: the channel must be a list of channels: each channel starts with "- id:"']);
    expect(problemsOf('- id: [')[0]).toContain('is not valid YAML');
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`;
    expect(problemsOf(`- ${bomb.replaceAll('\n', '\n  ')}`)[0]).toContain('cannot be read');
    expect(problemsOf('')).toEqual([]);
  });

  it('finds fallbacks that do not exist or lead back, at their line', () => {
    expect(problemsOf(`
- {id: a, kind: console, fallback: b}
- {id: b, kind: console, fallback: c}
- {id: c, kind: console, fallback: a}
- {id: d, kind: console, fallback: e}
- {id: f, kind: console, fallback: f}
`)).toEqual([
      'channels.yaml:6:26: fallback is the channel itself (channel f)',
      'channels.yaml:2:26: fallback leads back to the channel itself: a → b → c → a (channel a)',
      'channels.yaml:3:26: fallback leads back to the channel itself: b → c → a → b (channel b)',
      'channels.yaml:4:26: fallback leads back to the channel itself: c → a → b → c (channel c)',
      expect.stringMatching(/^channels.yaml:5:26: fallback names the channel e, which does not exist/u),
    ]);
  });
});

function kindsText(): string {
  const result = checkChannel({ id: 'x', kind: 'nothing-like-it' });
  return result.ok ? '' : (/kind is (.*)\)$/u.exec(result.faults[0]?.message ?? '')?.[1] ?? '');
}

describe('a channel', () => {
  it('is read with what it may leave out', () => {
    expect(checkChannel(HOOK)).toEqual({ ok: true, channel: { ...HOOK, default: true } });
  });

  it.each([
    [{ ...HOOK, url: 'https://x.example/?key=SECRET' }, 'holds a user, a password or a query, which may be keys'],
    [{ ...HOOK, url: 'https://u:SECRET@x.example/' }, 'holds a user, a password or a query, which may be keys'],
    [{ ...HOOK, url: 'ftp://x.example' }, 'must be a URL that starts with https:// or http://'],
    [{ ...HOOK, url: 'env:' }, 'is no reference'],
    [{ ...HOOK, secret: 'SECRET-itself' }, 'must say where the secret stands: env:NAME or file:PATH, never the secret itself'],
    [{ ...HOOK, perMinute: 0 }, 'must be at least 1'],
    [{ ...HOOK, language: 'fr' }, 'must be zh or en'],
    [{ ...HOOK, digest: { below: 'warning', every: '3d' } }, 'must be at most 24h'],
    [{ ...HOOK, template: '{{summary.zh.line}}' }, 'template: writes no JSON for a page of kind opened'],
    [{ ...HOOK, template: '{{sumary.zh.line | json}}' }, 'template: fails: line 1, column 1: sumary.zh.line is not there'],
    [{ ...HOOK, template: '{"a": {{#if quotes}}{{quotes.0.text | json}}{{/if}} }' }, 'writes no JSON for a page of kind resolved'],
    [{ ...HOOK, headers: { 'bad name': 'x' } }, 'headers.bad name: is no name of a header'],
    [{ ...HOOK, headers: { 'X-Api-Key': 'SECRET' } }, 'headers.X-Api-Key: may be a key: write env:NAME or file:PATH'],
    [null, 'is not a channel'],
    [[], 'is not a channel'],
  ])('%j is refused', (value, message) => {
    expect(messageOf(value)).toContain(message);
    expect(messageOf(value)).not.toContain('SECRET');
  });

  it('may write what is not JSON when it says so', () => {
    expect(messageOf({ ...HOOK, template: '{{summary.zh.line}}', contentType: 'text/plain' })).toBe('ok');
  });
});

describe('names under notify', () => {
  it('that mean nobody are found with the nearest that does', () => {
    expect(unknownNotifyNames(['on-call', 'ops-dingtak'], new Set(['on-call', 'ops-dingtalk']))).toEqual([
      { name: 'ops-dingtak', index: 1, message: 'names "ops-dingtak", which is neither a channel nor anybody that is known here; did you mean ops-dingtalk? (known: on-call, ops-dingtalk)' },
    ]);
  });

  it('are looked at without end where fallbacks form a ring that a channel only leads to', () => {
    const ring = [{ id: 'in', fallback: 'a' }, { id: 'a', fallback: 'b' }, { id: 'b', fallback: 'a' }];
    expect([...checkFallbacks(ring).keys()]).toEqual(['a', 'b']);
  });
});
