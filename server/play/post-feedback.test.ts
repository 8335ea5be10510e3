import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../telemetry/system-clock.ts';
import { FeedbackClient, type ClientLimits, type Posting, type RefusedItem } from './feedback-client.ts';
import { FLUSH, postFeedback, type PostFeedbackOptions, type PostReport } from './post-feedback.ts';
import { acceptAndHangUp, answerWith, hangUp, startFeedbackServer, type Answer, type FeedbackServer } from './testing.ts';

let server: FeedbackServer;
beforeEach(async () => {
  server = await startFeedbackServer();
});
afterEach(() => server.stop());

const postings = (count: number): Posting[] =>
  Array.from({ length: count }, (_, index) => ({ line: JSON.stringify({ id: `id-${index}`, text: `文本 ${index}`, channel: 'api' }), place: index + 1 }));

async function post(source: PostSource, options: Partial<PostFeedbackOptions> = {}, limits: Partial<ClientLimits> = {}): Promise<PostReport> {
  const { clock = systemClock } = options;
  const client = new FeedbackClient({ url: server.url, clock, limits: { retryDelayMs: 1, ...limits } });
  try {
    return await postFeedback(source, { client, clock, batchItemsMax: 10, concurrency: 3, ...options });
  } finally {
    client.close();
  }
}
type PostSource = Parameters<typeof postFeedback>[0];

describe('posting feedback', () => {
  it('sends every item once, in batches of at most the asked size', async () => {
    const report = await post(postings(95));
    expect(report).toMatchObject({ accepted: 95, refused: 0, requests: 10, retries: 0 });
    expect(new Set(server.accepted().map(({ id }) => id)).size).toBe(95);
    expect(Math.max(...server.requests.map(({ items }) => items.length))).toBe(10);
  });

  it('keeps the order of the source when one request runs at a time', async () => {
    await post(postings(57), { concurrency: 1 });
    expect(server.accepted().map(({ id }) => id)).toEqual(postings(57).map((_, index) => `id-${index}`));
  });

  it('sends what it has when the source is about to pause, and nothing for an empty batch', async () => {
    const [first, second, third] = postings(3) as [Posting, Posting, Posting];
    await post([FLUSH, first, FLUSH, FLUSH, second, third], { concurrency: 1 });
    expect(server.requests.map(({ items }) => items.length)).toEqual([1, 2]);
  });

  it.each([
    ['429 with a time to wait', answerWith(429, { code: 'overloaded' }, { 'retry-after': '0' })],
    ['429 with a date', answerWith(429, { code: 'overloaded' }, { 'retry-after': new Date(0).toUTCString() })],
    ['503', answerWith(503, { code: 'log_unavailable' })],
    ['503 from something in between', answerWith(503, {}, { 'content-type': 'text/html' })],
    ['a connection that breaks', hangUp],
    ['a connection that breaks after the items were taken', acceptAndHangUp],
  ])('sends the same ids again after %s, so that each counts once', async (_name, answer) => {
    server.script(answer, answer);
    const report = await post(postings(30), { concurrency: 1 });
    expect(report).toMatchObject({ accepted: 30, refused: 0, retries: 2 });
    expect(server.accepted().length).toBe(30);
    expect(server.requests.slice(0, 3).map(({ items }) => items.map(({ id }) => id))).toEqual(Array.from({ length: 3 }, () => Array.from({ length: 10 }, (_, index) => `id-${index}`)));
  });

  it('waits as long as Retry-After says', async () => {
    server.script(answerWith(429, { code: 'overloaded' }, { 'retry-after': '1' }));
    const startedAtMs = performance.now();
    await post(postings(1));
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(990);
  });

  it('cuts a batch that is too large for the server into halves', async () => {
    const refuseLarge = answerWith(413, { code: 'batch_too_large', detail: 'At most 5 items.' });
    server.script(refuseLarge, () => false, refuseLarge);
    const report = await post(postings(10), { concurrency: 1 });
    expect(report).toMatchObject({ accepted: 10, refused: 0 });
    expect(server.requests.map(({ items }) => items.length)).toEqual([10, 5, 5, 2, 3]);
  });

  it('names each refused item by its place and goes on with the rest', async () => {
    server.script(answerWith(202, { accepted: 8, ids: [], rejected: [
      { index: 2, code: 'empty_field', field: 'text', message: 'text is empty.' },
      { index: 7, code: 'not_in_list', field: 'channel', message: 'channel must be one of app, web.' },
    ] }));
    const told: RefusedItem[] = [];
    const report = await post(postings(20), { concurrency: 1, onRefused: (item) => told.push(item) });
    expect(report).toMatchObject({ accepted: 18, refused: 2 });
    expect(told).toEqual([
      { place: 3, code: 'empty_field', field: 'text', message: 'text is empty.' },
      { place: 8, code: 'not_in_list', field: 'channel', message: 'channel must be one of app, web.' },
    ]);
    expect(report.refusedFirst).toEqual(told);
  });

  it('takes 400 as the refusal of the whole batch, with the reason of each when the server gives it', async () => {
    const each = { code: 'missing_field', field: 'text', message: 'text is missing.' };
    server.script(
      answerWith(400, { code: 'invalid_request', detail: 'No item was accepted.', rejected: [{ index: 0, ...each }, { index: 1, ...each }] }),
      answerWith(400, { code: 'invalid_json', detail: 'Line 1 is not JSON.' }),
    );
    const report = await post(postings(4), { concurrency: 1, batchItemsMax: 2 });
    expect(report).toMatchObject({ accepted: 0, refused: 4 });
    expect(report.refusedFirst.map(({ place, message }) => `${place} ${message}`)).toEqual(['1 text is missing.', '2 text is missing.', '3 Line 1 is not JSON.', '4 Line 1 is not JSON.']);
  });

  it.each([
    ['401', answerWith(401, { code: 'unauthorized', detail: 'A bearer token is needed.' }), 'unauthorized', 'A bearer token is needed.'],
    ['an answer that is not Tocsin\'s', answerWith(202, {}), 'invalid_request', 'Is this a Tocsin server?'],
    ['500', answerWith(500, { code: 'internal', detail: 'Something broke.' }), 'internal', 'Something broke.'],
  ])('stops at %s and says so', async (_name, answer, code, message) => {
    server.script(answer);
    await expect(post(postings(100), { concurrency: 1 })).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(server.requests.length).toBe(1);
  });

  it('says soon when nothing listens at the address', async () => {
    await server.stop();
    await expect(post(postings(1), {}, { giveUpUnansweredMs: 50 })).rejects.toMatchObject({
      code: 'server_unreachable', retryable: true, message: expect.stringContaining('connection refused') as string,
    });
  });

  it('gives up a server that has answered before only after the longer time', async () => {
    const busy = answerWith(503, { code: 'draining' });
    server.script(...Array.from({ length: 1_000 }, () => busy));
    let nowMs = 0;
    await expect(post(postings(1), { clock: { nowMs: () => (nowMs += 5) } }, { giveUpUnansweredMs: 0, giveUpAfterMs: 60, retryDelayMs: 5 })).rejects.toMatchObject({
      code: 'server_unreachable', message: expect.stringContaining('it answers 503') as string,
    });
    expect(server.requests.length).toBeGreaterThan(2);
  });

  it('waits out a server that is restarted', async () => {
    const port = Number(new URL(server.url).port);
    const before = server;
    let restarted: Promise<FeedbackServer> | undefined;
    before.script(() => {
      restarted = before.stop().then(() => startFeedbackServer(port));
      return true;
    });
    const report = await post(postings(40), { concurrency: 1 });
    server = await (restarted as unknown as Promise<FeedbackServer>);
    expect(report).toMatchObject({ accepted: 40 });
    expect(server.accepted().length).toBe(40);
  });

  it('ends when it is aborted, in the middle of waiting too', async () => {
    const stopping = new AbortController();
    server.script(() => {
      setImmediate(() => stopping.abort());
      return true;
    });
    const client = new FeedbackClient({ url: server.url, clock: systemClock, signal: stopping.signal });
    await expect(postFeedback(postings(10), { client, clock: systemClock, batchItemsMax: 10, concurrency: 1 })).rejects.toMatchObject({ name: 'AbortError' });
    client.close();
  });

  it('reads the source no faster than the server answers', async () => {
    let read = 0;
    let aheadMost = 0;
    function* source(): Generator<Posting> {
      for (const posting of postings(200)) {
        read += 1;
        yield posting;
      }
    }
    await post(source(), { onProgress: ({ accepted }) => void (aheadMost = Math.max(aheadMost, read - accepted)) });
    // Three batches under way and one being filled.
    expect(aheadMost).toBeLessThanOrEqual(40);
  });

  it('passes the error of its source on, after the running requests', async () => {
    function* source(): Generator<Posting> {
      yield* postings(10);
      throw new Error('the disk is gone');
    }
    await expect(post(source())).rejects.toThrow('the disk is gone');
    expect(server.accepted().length).toBe(10);
  });

  it('sends the token as a bearer token', async () => {
    const client = new FeedbackClient({ url: server.url, token: 'secret', clock: systemClock });
    await client.post(postings(1));
    client.close();
    expect(server.requests[0]?.headers.authorization).toBe('Bearer secret');
  });

  it.each(['', 'localhost:8080', 'ftp://127.0.0.1', '不是网址'])('refuses "%s" as an address', (url) => {
    expect(() => new FeedbackClient({ url, clock: systemClock })).toThrow('must look like http://127.0.0.1:8080');
  });

  it('loses and doubles nothing under any script of faults', async () => {
    const faults = [answerWith(429, {}, { 'retry-after': '0' }), answerWith(503, {}), hangUp, acceptAndHangUp, answerWith(413, {})];
    await fc.assert(fc.asyncProperty(
      fc.array(fc.nat({ max: faults.length - 1 }), { maxLength: 12 }), fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 5 }),
      async (script, items, concurrency) => {
        const own = await startFeedbackServer();
        try {
          // A batch of one item cannot be cut; 413 for it is a refusal, which is another test.
          own.script(...script.map((fault): Answer => (response, received) => (received.items.length === 1 ? false : (faults[fault] as Answer)(response, received))));
          const client = new FeedbackClient({ url: own.url, clock: systemClock, limits: { retryDelayMs: 1, connectionsMax: concurrency } });
          const report = await postFeedback(postings(items), { client, clock: systemClock, batchItemsMax: 8, concurrency });
          client.close();
          expect(report.accepted).toBe(items);
          expect(own.accepted().length).toBe(items);
        } finally {
          await own.stop();
        }
      },
    ), { numRuns: 40 });
  });
});
