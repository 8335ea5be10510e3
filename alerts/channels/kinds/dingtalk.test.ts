import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answer, Receiver } from '../testing/receiver.ts';
import type { Answer } from '../testing/receiver.ts';
import { describeRobot, expectWhole } from '../testing/robot.contract.ts';
import { LONG, NOW_MS, PAGES } from '../testing/robot-pages.ts';
import { dingtalkAdapter } from './dingtalk.ts';

const SECRET = 'SEC0123456789abcdef0123456789abcdef';
const TOKEN = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const errcode = (code: number, errmsg: string): Answer => answer(200, JSON.stringify({ errcode: code, errmsg }), { 'content-type': 'application/json' });
const scene = describeRobot({
  kind: 'dingtalk', picture: /!\[[^\]]*\]\(https:\/\/tocsin\.example\/p\//u, adapterTo: (origin) => dingtalkAdapter({ url: `${origin}/robot/send?access_token=${TOKEN}`, secret: SECRET }), success: errcode(0, 'ok'), secret: TOKEN,
});

describe('DingTalk', () => {
  it('is signed by time and secret, which a receiver can check', async () => {
    const checking: Answer = (response, { path }, request) => {
      const query = new URL(path, 'http://x').searchParams;
      const sign = createHmac('sha256', SECRET).update(`${query.get('timestamp')}\n${SECRET}`).digest('base64');
      const isRight = query.get('access_token') === TOKEN && query.get('sign') === sign && query.get('timestamp') === String(NOW_MS);
      (isRight ? errcode(0, 'ok') : errcode(310000, 'sign not match'))(response, { path, method: '', headers: {}, body: '' }, request);
    };
    expect((await scene.send(PAGES.opened, [checking])).outcome).toEqual({ kind: 'delivered', detail: 'HTTP 200, code 0' });
  });

  it('signs each attempt anew and never piles signatures up', async () => {
    const adapter = dingtalkAdapter({ url: `https://oapi.dingtalk.com/robot/send?access_token=${TOKEN}`, secret: SECRET });
    const card = { tone: 'notice', language: 'zh', headline: 'x', blocks: [], links: [] } as const;
    const [first, second] = [1_000, 2_000].map((nowMs) => adapter.compose({ ...card, blocks: [], links: [] }, null, nowMs).url.searchParams);
    expect(first?.getAll('sign')).toHaveLength(1);
    expect(second?.getAll('timestamp')).toEqual(['2000']);
    expect(first?.get('sign')).not.toBe(second?.get('sign'));
  });

  it.each([
    [130101, 'send too fast, exceed 20 times per minute', { kind: 'retry', fault: 'channel', retryAfterMs: 60_000 }],
    [-1, '系统繁忙', { kind: 'retry', fault: 'channel' }],
    [310000, 'description:机器人发送签名不匹配', { kind: 'retry', fault: 'setup' }],
    [400101, 'access_token不存在', { kind: 'retry', fault: 'setup' }],
    [400102, '机器人已停用', { kind: 'retry', fault: 'setup' }],
    [430101, 'unsafe outer url', { kind: 'refused' }],
    [40035, '缺少参数 json', { kind: 'refused' }],
    [123456, 'something new', { kind: 'retry', fault: 'page' }],
  ])('200 with errcode %i %s is not taken for a delivery', async (code, words, expected) => {
    const { outcome } = await scene.send(PAGES.opened, [errcode(code, words)]);
    expect(outcome).toMatchObject(expected);
    expect(outcome.detail).toBe(`HTTP 200: code ${code} ${words}`);
  });

  it('keeps within 20,000 bytes and says that a part is left out', async () => {
    const { received } = await scene.send(LONG);
    const body = received[0]?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(18_000);
    expect(Buffer.byteLength(body)).toBeGreaterThan(10_000);
    const { actionCard } = JSON.parse(body) as { actionCard: { text: string; btns: unknown[] } };
    expect(actionCard.text).toContain('已略去一部分');
    expect(actionCard.btns).toHaveLength(3);
    expectWhole(actionCard.text);
  });

  it('gathers several pages into one message, the worst first', async () => {
    const receiver = await Receiver.start([errcode(0, 'ok')]);
    const outcome = await scene.channelTo(receiver.url).sendDigest?.([PAGES.resolved, PAGES.opened, PAGES.escalated], 'd', new AbortController().signal);
    expect(outcome).toMatchObject({ kind: 'delivered' });
    const { actionCard } = JSON.parse(receiver.received[0]?.body ?? '') as { actionCard: { title: string; text: string } };
    await receiver.stop();
    expect(actionCard.title).toBe('【汇总】3 条通知：严重 1 · 警告 1 · 恢复 1');
    expect(actionCard.text.split('\n- ').slice(1).map((line) => line.slice(0, 6))).toEqual(['【升级为严重', '【警告】物流', '【已恢复】物']);
  });
});
