import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeBytes, getJson, postJson, postRaw } from '../support/http.ts';
import { startServer } from '../support/start-server.ts';

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';
const good = { text: '物流太慢了', channel: 'app' };
const item = (fields: object): string => JSON.stringify({ ...good, ...fields });

interface Answer {
  code?: string;
  detail?: string;
  accepted?: number;
  ids?: string[];
  rejected?: { index: number; code: string; field: string; message: string }[];
}

describe('bad input to the running server', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.dispose());

  it.each([
    ['truncated JSON', '{"text":"慢","channel":', JSON_TYPE, 400, 'invalid_json', 'ends too early'],
    ['another content type', item({}), 'text/plain', 415, 'unsupported_media_type', 'application/json'],
    ['a text of 10 MB', item({ text: '慢'.repeat(3_500_000) }), JSON_TYPE, 400, 'invalid_request', '20,000 characters'],
    ['an empty batch', '[]', JSON_TYPE, 400, 'empty_batch', 'no item'],
    ['an empty NDJSON body', '\n', NDJSON_TYPE, 400, 'empty_batch', 'no item'],
    ['100,000 items in one batch', `[${Array(100_000).fill(item({})).join(',')}]`, JSON_TYPE, 413, 'batch_too_large', '100,000 items'],
    ['a body of 20 MB', Buffer.alloc(20_000_000, 0x20), JSON_TYPE, 413, 'body_too_large', '16,777,216 bytes'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe]), JSON_TYPE, 400, 'invalid_json', 'UTF-8'],
    ['a date before all feedback', item({ createdAt: '0001-01-01T00:00:00Z' }), JSON_TYPE, 400, 'invalid_request', 'before the year 2000'],
    ['a date far in the future', item({ createdAt: '9999-12-31T23:59:59Z' }), JSON_TYPE, 400, 'invalid_request', 'ahead of the server'],
    ['a day that does not exist', item({ createdAt: '2026-02-30T00:00:00Z' }), JSON_TYPE, 400, 'invalid_request', 'RFC 3339'],
    ['an unknown field with an object', item({ extra: { a: 1 } }), JSON_TYPE, 400, 'invalid_request', 'extra'],
    ['an unknown channel', item({ channel: 'fax' }), JSON_TYPE, 400, 'invalid_request', 'mini-program'],
    ['no text', '{"channel":"app"}', JSON_TYPE, 400, 'invalid_request', 'text is missing'],
  ])('%s is answered with its status, code and reason', async (_name, body, contentType, status, code, reason) => {
    const answer = await postRaw<Answer>(`${server.url}/v1/feedback`, body, contentType);
    expect(answer).toMatchObject({ status, body: { code, detail: expect.stringContaining(reason) as string } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it.each([
    ['a lone surrogate', '{"id":"odd-1","text":"坏\\ud83d了","channel":"app"}', '坏\ufffd了'],
    ['NUL bytes', '{"id":"odd-2","text":"坏\\u0000了\\u0000","channel":"app"}', '坏了'],
  ])('%s in a text is mended, and the item is stored', async (_name, body, stored) => {
    const answer = await postRaw<Answer>(`${server.url}/v1/feedback`, body, JSON_TYPE);
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } });
    await server.settled();
    expect((await getJson(`${server.url}/v1/feedback/${answer.body.ids?.[0]}`)).body).toMatchObject({ text: stored });
  });

  it('a plain unknown field is kept as an attribute', async () => {
    await postRaw(`${server.url}/v1/feedback`, item({ id: 'odd-3', appVersion: '8.2.1' }), JSON_TYPE);
    await server.settled();
    expect((await getJson(`${server.url}/v1/feedback/odd-3`)).body).toMatchObject({ attributes: { appVersion: '8.2.1' } });
  });

  it('the rest of a batch goes through, and each refusal names item, field and reason', async () => {
    const batch = [good, { ...good, rating: 9 }, 'text', { ...good, customer: { phone: 5 } }, good];
    expect((await postJson<Answer>(`${server.url}/v1/feedback`, batch))).toMatchObject({
      status: 202,
      body: { accepted: 2, rejected: [
        { index: 1, code: 'out_of_range', field: 'rating' },
        { index: 2, code: 'not_an_object', field: '' },
        { index: 3, code: 'wrong_type', field: 'customer.phone' },
      ] },
    });
  });

  it('a request that stops in the middle of its head or is no HTTP at all takes nothing down', async () => {
    await exchangeBytes(server.port, 'POST /v1/feedback HTTP/1.1\r\nhost: x\r\ncontent-le', 300);
    await exchangeBytes(server.port, Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x00]), 300);
    expect((await postJson<Answer>(`${server.url}/v1/feedback`, good)).status).toBe(202);
  });

  it.each([
    ['GET', '/v1/feedback?limit=0', 400, 'invalid_request'],
    ['GET', '/v1/counts?groupBy=mood&window=24h', 400, 'invalid_request'],
    ['GET', '/v1/counts?groupBy=category&window=soon', 400, 'invalid_request'],
    ['GET', '/v1/alerts/none-such', 404, 'not_found'],
    ['GET', '/v1/nowhere', 404, 'not_found'],
    ['DELETE', '/v1/feedback', 405, 'method_not_allowed'],
    ['DELETE', '/v1/rules/none-such', 404, 'not_found'],
  ])('%s %s is answered %i %s', async (method, path, status, code) => {
    const response = await fetch(`${server.url}${path}`, { method });
    expect([response.status, ((await response.json()) as Answer).code]).toEqual([status, code]);
  });

  it('lost nothing of what was accepted, and is ready', async () => {
    await server.settled();
    expect((await getJson(`${server.url}/v1/status`)).body).toMatchObject({ deadLetters: 0 });
    expect((await getJson(`${server.url}/readyz`)).status).toBe(200);
  });
});
