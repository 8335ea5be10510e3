import { afterEach, describe, expect, it } from 'vitest';
import { egressTo } from '../egress/testing/egress-to.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { buildChannel } from './build-channel.ts';
import type { Channel } from './channel.ts';
import { checkChannel } from './config/check-channel.ts';
import { Secrets } from './secrets.ts';
import { SmsChannel } from './sms-channel.ts';
import { TemplateError } from './template/render-template.ts';
import { answer, Receiver } from './testing/receiver.ts';
import type { Answer } from './testing/receiver.ts';
import { LONG, PAGES } from './testing/robot-pages.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function scene(config: object, answers: Answer[], query = '?key=g4teway-key&to={{to | url}}&text={{text | url}}'): Promise<{ channel: Channel; received: Receiver['received'] }> {
  const receiver = await Receiver.start(answers);
  closers.push(() => receiver.stop());
  const checked = checkChannel({ id: 'sms', kind: 'sms', url: 'env:GATEWAY', to: ['+8613800000001', '+8613800000002'], ...config });
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  const secrets = new Secrets({ env: { GATEWAY: `${receiver.url}/send${query}` }, folder: '' });
  const channel = buildChannel(checked.channel, 'anything', { clock: { nowMs: () => 0 }, egress: egressTo('127.0.0.1'), secrets, sink: process.stderr, language: 'zh', times: new ZonedTime('Asia/Shanghai') });
  return { channel, received: receiver.received };
}
const signal = new AbortController().signal;
const direct = (url: string): SmsChannel => new SmsChannel({ id: 'sms', language: 'zh', times: new ZonedTime('UTC'), clock: { nowMs: () => 0 }, egress: egressTo('127.0.0.1'), to: ['1'], url: () => `${url}/send`, timeoutMs: 300 });
const byPath = (path: string): Answer => (response, { path: asked, body }) => response.writeHead(`${asked}${body}`.includes(path) ? 500 : 200).end('{"code":0}');

describe('a short message', () => {
  it('whose template fails says so at once, for the second channel to take over', async () => {
    const options = { id: 'sms', language: 'zh', times: new ZonedTime('UTC'), clock: { nowMs: () => 0 }, egress: egressTo('127.0.0.1'), to: ['1'] } as const;
    const failing = (): string => { throw new TemplateError('line 1, column 1: x is not there'); };
    expect(await new SmsChannel({ ...options, url: () => 'http://127.0.0.1:1/', body: failing }).send(PAGES.opened, 'k', signal)).toEqual({ kind: 'retry', fault: 'setup', detail: '0 of 1 recipients; the template failed: line 1, column 1: x is not there', why: 'template-failed' });
    expect(await new SmsChannel({ ...options, url: () => 'no address' }).send(PAGES.opened, 'k', signal)).toMatchObject({ kind: 'retry', fault: 'setup', detail: expect.stringContaining('the template writes no address') as string });
  });

  it('goes to each recipient by the address that the template writes', async () => {
    const { channel, received } = await scene({}, [answer(200)]);
    expect(await channel.send(PAGES.opened, 'k', signal)).toEqual({ kind: 'delivered', detail: '2 of 2 recipients' });
    expect(received.map(({ method }) => method)).toEqual(['GET', 'GET']);
    const query = new URL(received[0]?.path ?? '', 'http://x').searchParams;
    expect(received.map(({ path }) => new URL(path, 'http://x').searchParams.get('to')).sort()).toEqual(['+8613800000001', '+8613800000002']);
    expect(query.get('text')).toBe('【警告】物流配送：24 小时内 50 条，阈值 50 · 11-23 03:12 · 同类投诉24小时内达到50起 https://tocsin.example/wall');
  });

  it('is posted with a body where there is one, and success is what the answer says', async () => {
    const config = { body: '{"mobile": {{to | json}}, "content": {{text | json}}}', contentType: 'application/json', success: '"code":0' };
    const { channel, received } = await scene(config, [answer(200, '{"code":0}')], '');
    expect(await channel.send(PAGES.opened, 'k', signal)).toMatchObject({ kind: 'delivered' });
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ content: expect.stringContaining('物流配送') });
    const refusing = await scene(config, [answer(200, '{"code":7,"msg":"余额不足 +8613800000001"}')], '');
    const outcome = await refusing.channel.send(PAGES.opened, 'k', signal);
    expect(outcome).toMatchObject({ kind: 'retry', fault: 'page' });
    expect(outcome.detail).toContain('余额不足');
    expect(outcome.detail).not.toContain('13800000001');
  });

  it.each<[string, Answer, object]>([
    ['429 with Retry-After', answer(429, '', { 'retry-after': '7' }), { kind: 'retry', fault: 'channel' }],
    ['503', answer(503, 'away'), { kind: 'retry', fault: 'channel' }],
    ['a redirect', answer(302, '', { location: 'http://127.0.0.1:1/' }), { kind: 'refused', detail: expect.stringContaining('this redirect is not followed') as unknown }],
    ['nothing for too long', () => undefined, { kind: 'retry', fault: 'channel', detail: '0 of 1 recipients; no answer within 0.3 s' }],
    ['a reset', (response) => response.socket?.destroy(), { kind: 'retry', fault: 'channel', detail: '0 of 1 recipients; connection reset' }],
  ])('answered by %s', async (_name, given, expected) => {
    const receiver = await Receiver.start([given]);
    closers.push(() => receiver.stop());
    expect(await direct(receiver.url).send(PAGES.opened, 'k', signal)).toMatchObject(expected);
  });

  it('is not sent past a certificate that nobody signed', async () => {
    const receiver = await Receiver.start([answer(200)], 'https');
    closers.push(() => receiver.stop());
    expect(await direct(receiver.url).send(PAGES.opened, 'k', signal)).toMatchObject({ kind: 'retry', fault: 'channel', detail: '0 of 1 recipients; certificate is self-signed' });
    expect(receiver.received).toEqual([]);
  });

  it('that reached one of two is tried again for the other alone', async () => {
    const { channel, received } = await scene({}, [byPath('8613800000002')]);
    expect(await channel.send(PAGES.opened, 'k', signal)).toMatchObject({ kind: 'retry', detail: '1 of 2 recipients; HTTP 500: {"code":0}' });
    await channel.send(PAGES.opened, 'k', signal);
    expect(received.map(({ path }) => new URL(path, 'http://x').searchParams.get('to')?.at(-1)).sort()).toEqual(['1', '2', '2']);
  });

  it('is short', async () => {
    const { channel, received } = await scene({}, [answer(200)]);
    await channel.send({ ...LONG, summary: { ...LONG.summary, zh: { line: '长'.repeat(4_000), text: '' } } }, 'k', signal);
    const text = new URL(received[0]?.path ?? '', 'http://x').searchParams.get('text') ?? '';
    expect(text.length).toBeLessThan(220);
    expect(text).toMatch(/… https:\/\/tocsin\.example\/wall$/u);
  });

  it('shows no key of its gateway', async () => {
    const { channel } = await scene({}, [answer(403, 'key g4teway-key is not valid')]);
    expect(await channel.send(PAGES.opened, 'k', signal)).toMatchObject({ kind: 'refused', detail: '0 of 2 recipients; HTTP 403: key *** is not valid' });
  });

  it('whose template fails is refused when the channel is made', () => {
    expect(checkChannel({ id: 'sms', kind: 'sms', url: 'env:X', to: ['1'], body: '{{txt}}' })).toMatchObject({ ok: false, faults: [{ key: 'body', message: 'fails: line 1, column 1: txt is not there' }] });
    expect(checkChannel({ id: 'sms', kind: 'sms', url: 'env:X', to: [] })).toMatchObject({ ok: false, faults: [{ key: 'to', message: 'names nobody' }] });
  });
});
