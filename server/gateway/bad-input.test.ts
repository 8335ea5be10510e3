import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_HTTP_LIMITS } from './gateway.ts';
import { eventually, startTestGateway, type TestGateway } from './testing/test-gateway.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const NDJSON_BODY = { 'content-type': 'application/x-ndjson' };
const BODY_WITHIN_MS = 600;
const good = { text: '物流太慢', channel: 'app' };
const item = (fields: object): string => JSON.stringify({ ...good, ...fields });

interface Answer {
  status: number;
  code?: string;
  detail?: string;
  accepted?: number;
  ids?: string[];
  rejected?: { index: number; code: string; field: string; message: string }[];
}

let server: TestGateway;
beforeAll(async () => {
  server = await startTestGateway({ gateway: { limits: { bodyWithinMs: BODY_WITHIN_MS } } });
});
afterAll(() => server.gateway.stop());

async function post(body: RequestInit['body'], headers: Record<string, string> = JSON_BODY): Promise<Answer> {
  const response = await fetch(`${server.url}/v1/feedback`, { method: 'POST', headers, body, ...(body instanceof ReadableStream ? { duplex: 'half' } : {}) } as RequestInit);
  const answer = (await response.json()) as Answer;
  if (!response.ok) expect(response.headers.get('content-type')).toBe('application/problem+json');
  return { ...answer, status: response.status };
}

async function expectAlive(): Promise<void> {
  expect(await post(item({}))).toMatchObject({ status: 202, accepted: 1 });
}

function bytes(...parts: (string | number[])[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
}

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
}

describe('bad requests', () => {
  it.each([
    ['truncated JSON', '{"text":"慢","channel":"app"', JSON_BODY, 400, 'invalid_json', 'The body is not valid JSON: at line 1, column 28 (position 27) the text ends too early.'],
    ['a fault on the third line', '{\n"text": "a",\nchannel: "app"}', JSON_BODY, 400, 'invalid_json', 'The body is not valid JSON: at line 3, column 1 (position 15) a name in double quotes was expected.'],
    ['no body', '', JSON_BODY, 400, 'invalid_json', 'The body is not valid JSON: at line 1, column 1 (position 0) the text is empty.'],
    ['invalid UTF-8', bytes('{"text":"', [0xff, 0xfe], '"}'), JSON_BODY, 400, 'invalid_json', 'The body is not valid UTF-8 from byte 9 on.'],
    ['UTF-8 that is cut off', bytes('{"text":"', [0xe6, 0x85]), JSON_BODY, 400, 'invalid_json', 'The body is not valid UTF-8 from byte 10 on.'],
    ['an encoded surrogate', bytes('{"text":"', [0xed, 0xa0, 0x80], '"}'), JSON_BODY, 400, 'invalid_json', 'The body is not valid UTF-8 from byte 10 on.'],
    ['text/plain', item({}), { 'content-type': 'text/plain' }, 415, 'unsupported_media_type', 'The header Content-Type must be application/json or application/x-ndjson (one item a line), in UTF-8; the request has another.'],
    ['another charset', item({}), { 'content-type': 'application/json; charset=gbk' }, 415, 'unsupported_media_type', 'The header Content-Type must be application/json or application/x-ndjson (one item a line), in UTF-8; the request has another charset than utf-8.'],
    ['an empty array', '[]', JSON_BODY, 400, 'empty_batch', 'The request holds no item.'],
    ['NDJSON of blank lines', '\n\r\n \n', NDJSON_BODY, 400, 'empty_batch', 'The request holds no item.'],
    ['a text of 10 MB', item({ text: 'x'.repeat(10_000_000) }), JSON_BODY, 400, 'invalid_request', 'The item was not accepted: text has more than 20,000 characters.'],
    ['100,000 items', JSON.stringify(Array(100_000).fill(good)), JSON_BODY, 413, 'batch_too_large', 'The request holds 100,000 items; at most 10,000 go into one. Nothing of it was taken: send it in parts.'],
    ['100,000 lines', `${item({})}\n`.repeat(100_000), NDJSON_BODY, 413, 'batch_too_large', 'The request holds more than 10,000 items; at most 10,000 go into one. Nothing of it was taken: send it in parts.'],
    ['a body over the limit', ' '.repeat(DEFAULT_HTTP_LIMITS.bodyBytesMax + 1), JSON_BODY, 413, 'body_too_large', 'The body is larger than 16,777,216 bytes. Nothing of it was taken: send it in parts.'],
    ['a body far over the limit', Buffer.alloc(5 * DEFAULT_HTTP_LIMITS.bodyBytesMax), JSON_BODY, 413, 'body_too_large', 'The body is larger than 16,777,216 bytes. Nothing of it was taken: send it in parts.'],
    ['a number', '5', JSON_BODY, 400, 'invalid_request', 'The item was not accepted: An item must be a JSON object, not a number.'],
    ['null', 'null', JSON_BODY, 400, 'invalid_request', 'The item was not accepted: An item must be a JSON object, not null.'],
    ['a million open brackets', '['.repeat(1_000_000), JSON_BODY, 400, 'invalid_json', 'The body is not valid JSON: at line 1, column 1000001 (position 1000000) the text ends too early.'],
    ['deep nesting in an unknown field', `{"text":"a","channel":"app","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, JSON_BODY, 400, 'invalid_request', 'The item was not accepted: x is not a known field, and an object or an array cannot be kept as an attribute.'],
    ['deep nesting in the text', `{"channel":"app","text":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, JSON_BODY, 400, 'invalid_request', 'The item was not accepted: text must be a string, not an object.'],
    ['a date in the year 1970', item({ createdAt: '1970-01-01T00:00:00Z' }), JSON_BODY, 400, 'invalid_request', 'The item was not accepted: createdAt is before the year 2000.'],
    ['a date in the year 2100', item({ createdAt: '2100-01-01T00:00:00Z' }), JSON_BODY, 400, 'invalid_request', 'The item was not accepted: createdAt is more than 5 minutes ahead of the server\'s clock.'],
    ['a wrong type', item({ waitSeconds: 'long' }), JSON_BODY, 400, 'invalid_request', 'The item was not accepted: waitSeconds must be a number, not a string.'],
    ['two items of which none fits', '[{},{}]', JSON_BODY, 400, 'invalid_request', 'None of the 2 items was accepted. The first one: text is missing.'],
  ])('%s is answered with a sentence, and the server goes on', async (_name, body, headers, status, code, detail) => {
    expect(await post(body, headers)).toMatchObject({ status, code, detail });
    await expectAlive();
  });

  it('that hold good and bad items are taken in part, each refusal with its place, field and reason', async () => {
    const batch = [good, { ...good, channel: 'fax' }, 'text', { ...good, id: 'third' }, { ...good, rating: 9 }];
    const answer = await post(JSON.stringify(batch));
    expect(answer).toMatchObject({ status: 202, accepted: 2 });
    expect(answer.ids?.[1]).toBe('third');
    expect(answer.rejected).toEqual([
      { index: 1, code: 'not_in_list', field: 'channel', message: 'channel must be one of app, mini-program, web, chat, phone, email, social, store, survey, offline, api.' },
      { index: 2, code: 'not_an_object', field: '', message: 'An item must be a JSON object, not a string.' },
      { index: 4, code: 'out_of_range', field: 'rating', message: 'rating must be at most 5.' },
    ]);
  });

  it('of NDJSON lose only the lines that cannot be read', async () => {
    const answer = await post(`${item({ id: 'a' })}\r\n\n{"text":"b\n${item({ id: 'c' })}`, NDJSON_BODY);
    expect(answer).toMatchObject({ status: 202, ids: ['a', 'c'] });
    expect(answer.rejected).toEqual([{ index: 1, code: 'invalid_json', field: '', message: 'Line 3 is not valid JSON: at column 11 the text ends inside of a string.' }]);
  });

  it('tell nothing of what was sent', async () => {
    const answer = await post('{"text":"secret-13800138000" oops}');
    expect(JSON.stringify(answer)).not.toMatch(/secret|13800138000|oops/u);
  });
});

describe('odd but good requests', () => {
  it.each([
    ['a lone surrogate', '{"text":"坏\\ud83d了","channel":"app","id":"surrogate"}', '坏\ufffd了'],
    ['NUL bytes', '{"text":"a\\u0000b","channel":"app","id":"nul"}', 'ab'],
    ['a byte order mark', `\ufeff${item({ id: 'bom', text: 'bom' })}`, 'bom'],
    ['a phone', item({ id: 'phone', text: '打13800138000' }), '打<phone>'],
  ])('%s is taken, cleaned', async (_name, body, text) => {
    const own = await startTestGateway();
    const response = await fetch(`${own.url}/v1/feedback`, { method: 'POST', headers: { 'content-type': 'application/json; charset=UTF-8' }, body });
    expect(response.status).toBe(202);
    expect((await own.logged(1))[0]).toMatchObject({ text });
    own.gateway.stop();
  });

  it('with the same id twice get the same answer', async () => {
    const once = await post(item({ id: 'same' }));
    const twice = await post(item({ id: 'same' }));
    expect(twice).toEqual(once);
    expect(await post(`[${item({ id: 'same' })},${item({ id: 'same' })}]`)).toMatchObject({ status: 202, ids: ['same', 'same'] });
  });

  it('with unknown fields keep the plain ones', async () => {
    expect(await post(item({ appVersion: '8.2.1' }))).toMatchObject({ status: 202, accepted: 1, rejected: [] });
  });

  it('in chunks are put together', async () => {
    const body = item({ text: 'slow '.repeat(3_000) });
    expect(await post(streamOf(body.slice(0, 9_000), body.slice(9_000)))).toMatchObject({ status: 202, accepted: 1 });
  });
});

describe('bodies that do not come as they should', () => {
  const head = 'POST /v1/feedback HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n';

  /** Writes raw bytes and answers everything that comes back until the server closes. */
  function talk(...pieces: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => pieces.forEach((piece) => socket.write(piece)));
      let received = '';
      socket.on('data', (data) => (received += data.toString()));
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
  }

  it('stalled, they are answered 408 and the connection is closed', async () => {
    const answer = await talk(`${head}content-length: 100\r\n\r\n`, '{"text":');
    expect(answer).toContain('HTTP/1.1 408 Request Timeout');
    expect(answer).toContain('"code":"request_timeout"');
    expect(answer).toContain('The body did not arrive within 0.6 seconds.');
    await expectAlive();
  });

  it('trickling, they have no more time than stalled ones', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(`${head}content-length: 100000\r\n\r\n`));
      const trickle = setInterval(() => socket.write(' '), 50);
      let received = '';
      socket.on('data', (data) => (received += data.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(trickle);
        resolve(received);
      });
    });
    expect(answer).toContain('HTTP/1.1 408 Request Timeout');
  });

  it('broken off, they leave nothing behind', async () => {
    const brokenOff = (): boolean => server.telemetry.some((event) => event.kind === 'request-finished' && event.status === 499);
    // The reset may overtake the request's head, of which the server then knows nothing: so more than one try.
    for (let attempt = 0; attempt < 50 && !brokenOff(); attempt += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(`${head}content-length: 1000\r\n\r\n{"text":`));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
        setTimeout(() => socket.resetAndDestroy(), 5 * attempt);
      });
    }
    await eventually(brokenOff);
    await expectAlive();
  });

  it('in chunks over the limit, they are answered 413 though no length was declared', async () => {
    const megabyte = ' '.repeat(1024 ** 2);
    expect(await post(streamOf(...Array<string>(20).fill(megabyte)))).toMatchObject({ status: 413, code: 'body_too_large' });
    await expectAlive();
  });
});
