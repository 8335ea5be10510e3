import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answer } from '../testing/receiver.ts';
import type { Answer } from '../testing/receiver.ts';
import { describeRobot } from '../testing/robot.contract.ts';
import { LONG, PAGES } from '../testing/robot-pages.ts';
import { feishuAdapter } from './feishu.ts';

const HOOK = 'f0f1f2f3-0000-4444-8888-abcdefabcdef';
const SECRET = 'feishu-signing-secret';
const code = (number: number, msg: string, status = 200): Answer => answer(status, JSON.stringify({ code: number, msg, data: {} }));
const scene = describeRobot({ kind: 'feishu', picture: /"tag":"chart"/u, adapterTo: (origin) => feishuAdapter({ url: `${origin}/open-apis/bot/v2/hook/${HOOK}`, secret: SECRET }), success: code(0, 'success'), secret: HOOK });

describe('Feishu', () => {
  it('is signed inside the body, with seconds', async () => {
    const checking: Answer = (response, page, request) => {
      const { timestamp, sign } = JSON.parse(page.body) as { timestamp: string; sign: string };
      const right = createHmac('sha256', `${timestamp}\n${SECRET}`).digest('base64') === sign && /^\d{10}$/u.test(timestamp);
      (right ? code(0, 'success') : code(19021, 'sign match fail or timestamp is not within one hour from current time'))(response, page, request);
    };
    expect((await scene.send(PAGES.opened, [checking])).outcome).toMatchObject({ kind: 'delivered' });
  });

  it('takes the older form of success', async () => {
    expect((await scene.send(PAGES.opened, [answer(200, '{"Extra":null,"StatusCode":0,"StatusMessage":"success"}')])).outcome).toMatchObject({ kind: 'delivered' });
  });

  it.each([
    [9499, 'Bad Request', 200, { kind: 'refused' }],
    [9499, 'Bad Request', 400, { kind: 'refused' }],
    [9499, 'too many request', 200, { kind: 'retry', fault: 'channel', retryAfterMs: 60_000 }],
    [9499, 'too many request', 429, { kind: 'retry', fault: 'channel', retryAfterMs: 60_000 }],
    [9499, 'something else', 200, { kind: 'retry', fault: 'page' }],
    [19002, 'param invalid: msg_type', 200, { kind: 'refused' }],
    [11232, 'frequency limited psm[lark.oapi.app_platform_runtime]', 200, { kind: 'retry', fault: 'channel', retryAfterMs: 60_000 }],
    [11232, 'frequency limited', 400, { kind: 'retry', fault: 'channel', retryAfterMs: 60_000 }],
    [19001, 'param invalid: incoming webhook access token invalid', 200, { kind: 'retry', fault: 'setup' }],
    [19021, 'sign match fail or timestamp is not within one hour from current time', 200, { kind: 'retry', fault: 'setup' }],
    [19022, 'Ip Not Allowed', 200, { kind: 'retry', fault: 'setup' }],
    [19024, 'Key Words Not Found', 200, { kind: 'retry', fault: 'setup' }],
    [2200, 'Internal Error', 200, { kind: 'retry', fault: 'channel' }],
    [77777, 'something new', 200, { kind: 'retry', fault: 'page' }],
  ])('code %i %s with HTTP %i is not taken for a delivery', async (number, words, status, expected) => {
    const { outcome } = await scene.send(PAGES.opened, [code(number, words, status)]);
    expect(outcome).toMatchObject(expected);
    expect(outcome.detail).toContain(`HTTP ${status}: code ${number}`);
  });

  it('keeps within 20 KB', async () => {
    const { body = '' } = (await scene.send(LONG)).received[0] ?? {};
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    expect(Buffer.byteLength(body)).toBeGreaterThan(15_000);
    expect(body).toContain('已略去一部分');
    expect(body).not.toMatch(/\p{Surrogate}/u);
  });
});
