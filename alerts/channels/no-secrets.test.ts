import { afterEach, describe, expect, it, vi } from 'vitest';
import { egressTo } from '../egress/testing/egress-to.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { buildChannel } from './build-channel.ts';
import { checkChannel } from './config/check-channel.ts';
import { Secrets } from './secrets.ts';
import { Receiver } from './testing/receiver.ts';
import type { Answer } from './testing/receiver.ts';
import { REASONED } from './testing/robot-pages.ts';

const KEY = 'k3y-0f-the-r0b0t-5f2c9d81';
const SIGNING = 'SEC51gn1ng-5ecret-0f-the-r0b0t';
const CONFIGS: object[] = [
  { kind: 'dingtalk', url: 'env:URL', secret: 'env:SIGNING' }, { kind: 'feishu', url: 'env:URL', secret: 'env:SIGNING' }, { kind: 'wecom', url: 'env:URL' }, { kind: 'slack', url: 'env:URL' },
  { kind: 'pagerduty', routingKey: 'env:KEY', url: 'env:URL' }, { kind: 'telegram', token: 'env:KEY', chat: '1', url: 'env:ORIGIN' }, { kind: 'webhook', url: 'env:URL', secret: 'env:SIGNING', headers: { Authorization: 'env:KEY' } },
  { kind: 'sms', url: 'env:URL', to: ['13800000000'], headers: { Authorization: 'env:KEY' } },
];

/** Repeats all that it was sent, as badly written receivers and proxies do. */
const echo = (status: number): Answer => (response, { method, path, headers, body }) => {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`cannot ${method} ${decodeURIComponent(path)} ${path} ${String(headers['authorization'])} ${body.slice(0, 200)}`);
};
const ANSWERS: [string, Answer][] = [
  ['200 that repeats everything', echo(200)], ['400 that repeats everything', echo(400)], ['401 that repeats everything', echo(401)], ['500 that repeats everything', echo(500)],
  ['a redirect to itself', (response, { path }) => { response.writeHead(302, { location: path }).end(path); }],
  ['a reset', (response) => response.socket?.destroy()],
];

describe.each(CONFIGS)('a channel %o', (config) => {
  const written: string[] = [];
  afterEach(() => vi.restoreAllMocks());

  it.each(ANSWERS)('whose receiver answers with %s shows no secret in its outcome, and writes none anywhere', async (_name, given) => {
    written.length = 0;
    for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockImplementation((chunk) => { written.push(String(chunk)); return true; });
    for (const name of ['log', 'warn', 'error', 'info', 'debug'] as const) vi.spyOn(console, name).mockImplementation((...all: unknown[]) => void written.push(all.map(String).join(' ')));
    const receiver = await Receiver.start([given]);
    const env = { URL: `${receiver.url}/send/${KEY}?key=${KEY}`, ORIGIN: receiver.url, KEY, SIGNING };
    const checked = checkChannel({ id: 'robot', ...config });
    if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
    const channel = buildChannel(checked.channel, 'anything', {
      clock: { nowMs: () => 0 }, egress: egressTo('127.0.0.1'), secrets: new Secrets({ env, folder: '' }), sink: process.stderr, language: 'zh', times: new ZonedTime('UTC'),
    });
    const outcome = await channel.send(REASONED, 'k', AbortSignal.timeout(5_000)).catch((error: unknown) => ({ error: `${String(error)} ${(error as Error).stack ?? ''}` }));
    await receiver.stop();
    vi.restoreAllMocks();
    const everything = `${JSON.stringify(outcome)}\n${written.join('\n')}`;
    for (const secret of [KEY, SIGNING, encodeURIComponent(KEY)]) expect(everything).not.toContain(secret);
    expect(receiver.received.length).toBeGreaterThan(0);
  });
});
