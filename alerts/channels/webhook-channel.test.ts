import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Page } from '../notify/page.ts';
import { renderPage } from '../notify/render-page.ts';
import { opened } from '../notify/testing/sample-events.ts';
import type { SendOutcome } from './channel.ts';
import { egressTo } from '../egress/testing/egress-to.ts';
import { answer, Receiver } from './testing/receiver.ts';
import type { Answer } from './testing/receiver.ts';
import { WebhookChannel } from './webhook-channel.ts';
import type { WebhookChannelOptions } from './webhook-channel.ts';
import { ZonedTime } from '../notify/time-text.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 19, 12);
const KEY = 'a-1041-0:webhook';
const PAGE: Page = renderPage(opened(), KEY, { publicUrl: 'http://127.0.0.1:8080', times: new ZonedTime('Asia/Shanghai') });
const LOOPBACK = egressTo('127.0.0.1');
const TIMEOUT_MS = 300;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function receiver(answers: Answer[], protocol: 'http' | 'https' = 'http'): Promise<Receiver> {
  const started = await Receiver.start(answers, protocol);
  closers.push(() => started.stop());
  return started;
}

function channelTo(url: string, over: Partial<WebhookChannelOptions> = {}): WebhookChannel {
  return new WebhookChannel({ id: 'webhook', url, clock: { nowMs: () => NOW_MS }, timeoutMs: TIMEOUT_MS, egress: LOOPBACK, ...over });
}

function send(channel: WebhookChannel, key = KEY, signal = new AbortController().signal): Promise<SendOutcome> {
  return channel.send(PAGE, key, signal);
}

describe('a webhook request', () => {
  it('is a POST of the page as JSON with its key and event in headers', async () => {
    const { url, received } = await receiver([answer(200)]);
    expect(await send(channelTo(`${url}/hooks/alerts?team=1`))).toEqual({ kind: 'delivered', detail: 'HTTP 200' });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'POST', path: '/hooks/alerts?team=1' });
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8', 'idempotency-key': KEY, 'x-tocsin-event': 'opened', 'user-agent': 'tocsin',
    });
    expect(received[0]?.headers).not.toHaveProperty('x-tocsin-signature');
    expect(JSON.parse(received[0]?.body ?? '')).toEqual(PAGE);
  });

  it('carries a signature over time and body when there is a secret', async () => {
    const { url, received } = await receiver([answer(200)]);
    await send(channelTo(url, { secret: 'k3y-of-the-two' }));
    const body = received[0]?.body ?? '';
    const expected = createHmac('sha256', 'k3y-of-the-two').update(`${NOW_MS / 1_000}.${body}`).digest('hex');
    expect(received[0]?.headers['x-tocsin-signature']).toBe(`t=${NOW_MS / 1_000},v1=${expected}`);
  });

  it('carries user and password of the address as basic authorization', async () => {
    const { url, received } = await receiver([answer(200)]);
    await send(channelTo(url.replace('://', '://pager:p%40ss@')));
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('pager:p@ss').toString('base64')}`);
  });

  it('percent-encodes what a header cannot hold of a key', async () => {
    const { url, received } = await receiver([answer(200)]);
    await send(channelTo(url), '物流 1\r\nx: y:webhook');
    expect(received[0]?.headers['idempotency-key']).toBe('%E7%89%A9%E6%B5%81%201%0D%0Ax:%20y:webhook');
  });

  it('is sent again at once when the receiver closed the idle connection in that moment', async () => {
    let requests = 0;
    const closesOnSecond: Answer = (response, _received, request) => {
      requests += 1;
      if (requests === 2) request.socket.resetAndDestroy();
      else response.end('ok');
    };
    const { url, received } = await receiver([closesOnSecond]);
    const channel = channelTo(url);
    await send(channel);
    expect(await send(channel)).toEqual({ kind: 'delivered', detail: 'HTTP 200' });
    expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual([KEY, KEY, KEY]);
  });
});

describe('an answer', () => {
  const endless: Answer = (response) => {
    const timer = setInterval(() => response.write('x'.repeat(4_096)), 1);
    response.on('close', () => clearInterval(timer));
  };
  const table: [name: string, answer: Answer, expected: SendOutcome][] = [
    ['200 is delivered', answer(200, 'ok'), { kind: 'delivered', detail: 'HTTP 200' }],
    ['204 is delivered', answer(204), { kind: 'delivered', detail: 'HTTP 204' }],
    ['200 with garbage is delivered', answer(200, '\u0000\ud800<html'), { kind: 'delivered', detail: 'HTTP 200' }],
    ['200 whose body never ends is delivered', endless, { kind: 'delivered', detail: 'HTTP 200' }],
    ['200 whose body stalls is delivered', (response) => { response.writeHead(200).write('o'); }, { kind: 'delivered', detail: 'HTTP 200' }],
    ['200 whose body breaks off is delivered', (response, _received, request) => {
      response.writeHead(200, { 'content-length': '99' }).write('o', () => { setTimeout(() => request.socket.resetAndDestroy(), 20); });
    }, { kind: 'delivered', detail: 'HTTP 200' }],
    ['400 is refused with its words', answer(400, '{"error":"no field  title"}'), { kind: 'refused', detail: 'HTTP 400: {"error":"no field title"}' }],
    ['404 without words is refused', answer(404), { kind: 'refused', detail: 'HTTP 404' }],
    ['410 with a page of HTML is refused with its text', answer(410, '<html><body><h1>Gone</h1></body></html>'), { kind: 'refused', detail: 'HTTP 410: Gone' }],
    ['408 may be tried again', answer(408), { kind: 'retry', detail: 'HTTP 408', fault: 'page' }],
    ['425 may be tried again', answer(425), { kind: 'retry', detail: 'HTTP 425', fault: 'page' }],
    ['429 with seconds pauses the channel', answer(429, '', { 'retry-after': '7' }), { kind: 'retry', detail: 'HTTP 429', fault: 'channel', retryAfterMs: 7_000 }],
    ['429 with a date pauses the channel', answer(429, '', { 'retry-after': new Date(NOW_MS + 90_000).toUTCString() }),
      { kind: 'retry', detail: 'HTTP 429', fault: 'channel', retryAfterMs: 90_000 }],
    ['429 with nonsense is a fault of the channel', answer(429, '', { 'retry-after': 'soon' }), { kind: 'retry', detail: 'HTTP 429', fault: 'channel' }],
    ['500 may be the page\'s own fault', answer(500, 'boom'), { kind: 'retry', detail: 'HTTP 500: boom', fault: 'page' }],
    ['503 is a fault of the channel', answer(503), { kind: 'retry', detail: 'HTTP 503', fault: 'channel' }],
    ['599 may be tried again', answer(599), { kind: 'retry', detail: 'HTTP 599', fault: 'page' }],
    ['302 is not followed', answer(302, '', { location: '/elsewhere' }), { kind: 'refused', detail: 'HTTP 302: this redirect is not followed' }],
    ['307 to another host is not followed', answer(307, '', { location: 'http://127.0.0.2:9/steal' }), { kind: 'refused', detail: 'HTTP 307: this redirect is not followed' }],
    ['308 without a place is not followed', answer(308), { kind: 'refused', detail: 'HTTP 308: this redirect is not followed' }],
  ];
  it.each(table)('%s', async (_name, answers, expected) => {
    const { url } = await receiver([answers]);
    expect(await send(channelTo(url))).toEqual(expected.kind === 'delivered' ? expected : { ...expected, why: expect.any(String) as string });
  });

  it('307 within the same origin is followed with method, body and key', async () => {
    const { url, received } = await receiver([answer(307, '', { location: '/new' }), answer(200)]);
    expect(await send(channelTo(`${url}/old`))).toEqual({ kind: 'delivered', detail: 'HTTP 200' });
    expect(received.map(({ method, path }) => [method, path])).toEqual([['POST', '/old'], ['POST', '/new']]);
    expect(received[1]?.body).toBe(received[0]?.body);
    expect(received[1]?.headers['idempotency-key']).toBe(KEY);
  });

  it('307 in a circle ends', async () => {
    const { url, received } = await receiver([answer(307, '', { location: '/' })]);
    expect(await send(channelTo(url))).toEqual({ kind: 'refused', detail: 'HTTP 307: this redirect is not followed', why: 'redirected' });
    expect(received).toHaveLength(4);
  });
});

describe('no answer', () => {
  it('within the time limit is a fault of the channel', async () => {
    const { url } = await receiver([() => undefined]);
    expect(await send(channelTo(url))).toEqual({ kind: 'retry', detail: 'no answer within 0.3 s', fault: 'channel', why: 'no-answer' });
  });

  it('because the connection is reset is named so', async () => {
    const { url } = await receiver([(_response, _received, request) => { request.socket.resetAndDestroy(); }]);
    expect(await send(channelTo(url))).toEqual({ kind: 'retry', detail: 'connection reset', fault: 'channel', why: 'connection-reset' });
  });

  it('because the receiver hangs up is named so', async () => {
    const { url } = await receiver([(_response, _received, request) => { request.socket.destroy(); }]);
    expect(await send(channelTo(url))).toEqual({ kind: 'retry', detail: 'connection reset', fault: 'channel', why: 'connection-reset' });
  });

  it('because nobody listens is named so', async () => {
    const { url, stop } = await Receiver.start([]).then((started) => ({ url: started.url, stop: () => started.stop() }));
    await stop();
    expect(await send(channelTo(url))).toEqual({ kind: 'retry', detail: 'connection refused', fault: 'channel', why: 'connection-refused' });
  });

  it('because the certificate is nobody\'s is named so, and nothing is sent', async () => {
    const { url, received } = await receiver([answer(200)], 'https');
    expect(await send(channelTo(url))).toEqual({ kind: 'retry', detail: 'certificate is self-signed', fault: 'channel', why: 'tls-untrusted' });
    expect(received).toEqual([]);
  });

  it('because the name does not exist is named so', async () => {
    const outcome = await send(channelTo('http://no-such-host.invalid/', { timeoutMs: 5_000 }));
    expect(outcome).toMatchObject({ kind: 'retry', fault: 'channel', detail: expect.stringMatching(/^host name /) as string });
  });

  it('that is HTTP is named so', async () => {
    const server = createServer((socket) => { socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    closers.push(() => new Promise((resolve) => { server.close(() => resolve()); }));
    const { port } = server.address() as AddressInfo;
    expect(await send(channelTo(`http://127.0.0.1:${port}`))).toEqual({ kind: 'retry', detail: 'the answer is not HTTP', fault: 'channel', why: 'not-http' });
  });

  it('is waited for once the notifier stops', async () => {
    const { url } = await receiver([() => undefined]);
    const stop = new AbortController();
    const sending = send(channelTo(url, { timeoutMs: 60_000 }), KEY, stop.signal);
    stop.abort();
    expect(await sending).toEqual({ kind: 'retry', detail: 'stopped', fault: 'channel', why: 'stopped' });
    expect(await send(channelTo(url), KEY, stop.signal)).toEqual({ kind: 'retry', detail: 'stopped', fault: 'channel', why: 'stopped' });
  });
});

describe('secrets', () => {
  it('of the address and the signature stand in no outcome, whatever the receiver says', async () => {
    const echo: Answer = (response, received) => {
      response.writeHead(400).end(`bad token in ${received.path} by ${received.headers.authorization} sk_live_0123456789abcdefghij, call 13800001111, whsec-shared`);
    };
    const { url } = await receiver([echo]);
    const secretUrl = `${url.replace('://', '://robot:hunter2hunter2@')}/services/T024BE7LD?access_token=s3cr3t-t0ken`;
    const outcome = await send(channelTo(secretUrl, { secret: 'whsec-shared' }));
    expect(outcome.kind).toBe('refused');
    for (const secret of ['T024BE7LD', 's3cr3t', 'hunter2', 'sk_live', '13800001111', 'whsec', Buffer.from('robot:hunter2hunter2').toString('base64')]) {
      expect(outcome.detail).not.toContain(secret);
    }
  });

  it('stand in no error about the address', () => {
    for (const url of ['ftp://h/T024BE7LD', 'not a url T024BE7LD', '']) {
      expect(() => channelTo(url)).toThrowError(expect.objectContaining({
        code: 'invalid_setting', message: 'The webhook\'s address must be a URL that starts with http:// or https://.',
      }) as Error);
    }
  });

  it('are no part of the origin, which may be shown', () => {
    expect(channelTo('https://robot:pw@hooks.example:8443/T024BE7LD?key=1').origin).toBe('https://hooks.example:8443');
  });
});
