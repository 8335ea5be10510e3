import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { egressTo } from '../../egress/testing/egress-to.ts';
import type { Page } from '../../notify/page.ts';
import type { PageLanguage } from '../../notify/summarize.ts';
import type { Adapter } from '../adapter.ts';
import type { SendOutcome } from '../channel.ts';
import { RobotChannel } from '../robot-channel.ts';
import { readMultipart } from './read-multipart.ts';
import { answer, Receiver } from './receiver.ts';
import { HOSTILE, NOW_MS, PAGES, REASONED, REASONED_INSIDE, TIMES } from './robot-pages.ts';
import type { Answer, ReceivedPage } from './receiver.ts';

/** Long enough for a busy machine; short where nothing is to come. */
const [TIMEOUT_MS, SILENT_TIMEOUT_MS] = [10_000, 300];
const SILENT: Answer = () => undefined;

export interface RobotCase {
  kind: string;
  /** The adapter for a receiver at this origin. */
  adapterTo(origin: string): Adapter;
  success: Answer;
  /** A secret of the adapter that no record may show. */
  secret: string;
  /** What stands in a message that has its picture; `none`: this kind shows none. */
  picture: RegExp | 'none';
}

export interface RobotScene {
  send(page: Page, answers?: Answer[], language?: PageLanguage): Promise<{ outcome: SendOutcome; received: readonly ReceivedPage[] }>;
  channelTo(origin: string, language?: PageLanguage): RobotChannel;
}

/** What every kind must do, whatever its receiver answers with; gives a scene for the tests of the kind's own. */
export function describeRobot({ kind, adapterTo, success, secret, picture }: RobotCase): RobotScene {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });
  const channelTo = (origin: string, language: PageLanguage = 'zh', timeoutMs = TIMEOUT_MS): RobotChannel =>
    new RobotChannel({ id: 'robot', language, times: TIMES, adapter: adapterTo(origin), clock: { nowMs: () => NOW_MS }, egress: egressTo('127.0.0.1'), timeoutMs });
  const send: RobotScene['send'] = async (page, answers = [success], language = 'zh') => {
    const receiver = await Receiver.start(answers);
    closers.push(() => receiver.stop());
    const outcome = await channelTo(receiver.url, language, answers.includes(SILENT) ? SILENT_TIMEOUT_MS : TIMEOUT_MS).send(page, 'k', new AbortController().signal);
    return { outcome, received: receiver.received };
  };

  describe(`a page over ${kind}`, () => {
    const golden = (['opened', 'escalated', 'resolved'] as const).flatMap((name) => (['zh', 'en'] as const).map((language) => ({ name, language })));
    it.each(golden)('$name in $language reads as in its golden file', async ({ name, language }) => {
      const { outcome, received } = await send(PAGES[name], [success], language);
      expect(outcome.kind).toBe('delivered');
      expect(received).toHaveLength(1);
      expect(received[0]?.headers['content-type']).toBe('application/json; charset=utf-8');
      await expect(`${JSON.stringify(JSON.parse(received[0]?.body ?? ''), null, 2)}\n`).toMatchFileSnapshot(`golden/${kind}-${name}-${language}.json`);
    });

    it('holds what a customer wrote as text and never as markup', async () => {
      const { received } = await send(HOSTILE);
      await expect(`${JSON.stringify(JSON.parse(received[0]?.body ?? ''), null, 2)}\n`).toMatchFileSnapshot(`golden/${kind}-hostile-zh.json`);
    });

    it('says how its items came: as a picture where the receiver takes one, and as a line of blocks', async () => {
      const { received } = await send(REASONED);
      expect(received).toHaveLength(1);
      const { body = '', headers } = received[0] ?? {};
      if (headers?.['content-type']?.startsWith('multipart/form-data') === true) {
        const { fields, file } = readMultipart(Buffer.from(body, 'latin1'));
        expect(file.subarray(1, 4).toString()).toBe('PNG');
        await expect(`${JSON.stringify(fields, null, 2)}\n`).toMatchFileSnapshot(`golden/${kind}-reasoned-zh.json`);
      } else {
        await expect(`${JSON.stringify(JSON.parse(body), null, 2)}\n`).toMatchFileSnapshot(`golden/${kind}-reasoned-zh.json`);
      }
    });

    it('goes out without its picture where the receiver refuses that, and says so', async () => {
      const inside = await send(REASONED_INSIDE);
      expect(inside.received).toHaveLength(1);
      const refusal = answer(400, JSON.stringify({ ok: false, error_code: 400, description: 'Bad Request: not enough rights to send photos to the chat', code: 19002, errcode: 40035, status: 'invalid event', message: 'no' }));
      const { outcome, received } = await send(REASONED, [refusal, success]);
      expect(received).toHaveLength(picture === 'none' ? 1 : 2);
      if (picture === 'none') return;
      expect(outcome).toMatchObject({ kind: 'delivered', detail: expect.stringContaining('without its picture (') as unknown });
      const [first = '', second = ''] = received.map(({ body }) => body);
      expect([first, second].map((body) => picture.test(body))).toEqual([true, false]);
      expect(second).toContain('37');
    });

    const later: [string, Answer, object][] = [
      ['429 with Retry-After', answer(429, '', { 'retry-after': '7' }), { kind: 'retry', fault: 'channel', retryAfterMs: 7_000 }],
      ['503', answer(503, 'away'), { kind: 'retry', fault: 'channel' }],
      ['500', answer(500, '<html>Internal error</html>'), { kind: 'retry', fault: 'page', detail: 'HTTP 500: Internal error' }],
      ['a proxy\'s page with 200', answer(200, '<html>Please log in</html>'), { kind: 'retry', fault: 'channel', detail: expect.stringContaining('Please log in (not what ') as unknown }],
      ['200 without a body', answer(200), { kind: 'retry', fault: 'channel' }],
      ['a redirect', answer(302, '', { location: 'http://127.0.0.1:1/' }), { kind: 'refused' }],
      ['nothing for too long', SILENT, { kind: 'retry', fault: 'channel', detail: 'no answer within 0.3 s' }],
      ['a reset', (response) => response.socket?.destroy(), { kind: 'retry', fault: 'channel', detail: 'connection reset' }],
    ];
    it.each(later)('answered by %s', async (_name, given, expected) => {
      const { outcome } = await send(PAGES.opened, [given]);
      expect(outcome).toMatchObject(expected);
      expect(JSON.stringify(outcome)).not.toContain(secret);
    });

    it('to a host whose certificate nobody signed is not sent', async () => {
      const receiver = await Receiver.start([success], 'https');
      closers.push(() => receiver.stop());
      expect(await channelTo(receiver.url).send(PAGES.opened, 'k', new AbortController().signal)).toMatchObject({ kind: 'retry', fault: 'channel', detail: 'certificate is self-signed' });
      expect(receiver.received).toEqual([]);
    });

    it('to a port where nobody listens is kept', async () => {
      const free = createServer();
      await new Promise<void>((resolve) => { free.listen(0, '127.0.0.1', resolve); });
      const { port } = free.address() as AddressInfo;
      await new Promise((resolve) => { free.close(resolve); });
      expect(await channelTo(`http://127.0.0.1:${port}`).send(PAGES.opened, 'k', new AbortController().signal)).toMatchObject({ kind: 'retry', detail: 'connection refused' });
    });

    it('ends when it is stopped', async () => {
      const receiver = await Receiver.start([() => undefined]);
      closers.push(() => receiver.stop());
      expect(await channelTo(receiver.url).send(PAGES.opened, 'k', AbortSignal.timeout(50))).toMatchObject({ kind: 'retry', detail: 'stopped' });
    });
  });
  return { send, channelTo };
}

/** No half of a pair, no tag left open, no broken escape. */
export function expectWhole(text: string): void {
  expect(text).not.toMatch(/\p{Surrogate}/u);
  for (const tag of ['font', 'b', 'i', 'blockquote']) {
    expect(text.match(new RegExp(`<${tag}[ >]`, 'gu'))?.length ?? 0).toBe(text.match(new RegExp(`</${tag}>`, 'gu'))?.length ?? 0);
  }
}
