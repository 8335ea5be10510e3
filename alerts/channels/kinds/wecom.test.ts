import { describe, expect, it } from 'vitest';
import { answer } from '../testing/receiver.ts';
import type { Answer } from '../testing/receiver.ts';
import { describeRobot, expectWhole } from '../testing/robot.contract.ts';
import { HOSTILE, LONG, PAGES } from '../testing/robot-pages.ts';
import { wecomAdapter } from './wecom.ts';

const KEY = '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa';
const errcode = (code: number, errmsg: string): Answer => answer(200, JSON.stringify({ errcode: code, errmsg }));
const scene = describeRobot({ kind: 'wecom', picture: 'none', adapterTo: (origin) => wecomAdapter({ url: `${origin}/cgi-bin/webhook/send?key=${KEY}` }), success: errcode(0, 'ok'), secret: KEY });
const contentOf = (body: string | undefined): string => (JSON.parse(body ?? '') as { markdown: { content: string } }).markdown.content;

describe('WeCom', () => {
  it.each([
    [45009, 'api freq out of limit', { kind: 'retry', fault: 'channel', retryAfterMs: 60_000 }],
    [45033, 'api concurrent out of limit', { kind: 'retry', fault: 'channel', retryAfterMs: 5_000 }],
    [-1, 'system busy', { kind: 'retry', fault: 'channel' }],
    [93000, 'invalid webhook url', { kind: 'retry', fault: 'setup' }],
    [40058, 'markdown.content exceed max length 4096', { kind: 'refused' }],
    [99999, 'something new', { kind: 'retry', fault: 'page' }],
  ])('200 with errcode %i %s is not taken for a delivery', async (code, words, expected) => {
    const { outcome } = await scene.send(PAGES.opened, [errcode(code, words)]);
    expect(outcome).toMatchObject(expected);
    expect(outcome.detail).toContain(`code ${code}`);
  });

  it('keeps its content within 4,096 bytes, in whole characters and tags', async () => {
    const content = contentOf((await scene.send(LONG)).received[0]?.body);
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength(content)).toBeGreaterThan(3_000);
    expect(content).toContain('已略去一部分');
    expect(content).toContain('[大屏](https://tocsin.example/wall)');
    expectWhole(content);
  });

  it('mentions nobody for what a customer wrote', async () => {
    const content = contentOf((await scene.send(HOSTILE)).received[0]?.body);
    expect(content.replace(/<\/?font[^>]*>/gu, '')).not.toMatch(/[<`]/u);
    expect(content).not.toContain('http://evil');
  });
});
