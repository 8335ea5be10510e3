import { describe, expect, it } from 'vitest';
import { answer } from '../testing/receiver.ts';
import type { Answer } from '../testing/receiver.ts';
import { describeRobot, expectWhole } from '../testing/robot.contract.ts';
import { LONG, PAGES } from '../testing/robot-pages.ts';
import { telegramAdapter } from './telegram.ts';

const TOKEN = '123456789:AAExampleTokenOfABotForTests';
const no = (code: number, description: string, parameters?: object): Answer => answer(code, JSON.stringify({ ok: false, error_code: code, description, ...(parameters === undefined ? {} : { parameters }) }));
const scene = describeRobot({
  kind: 'telegram', picture: /image\/png/u, adapterTo: (origin) => telegramAdapter({ token: TOKEN, chat: '-1001', url: origin }), success: answer(200, '{"ok":true,"result":{"message_id":1}}'), secret: TOKEN,
});

describe('Telegram', () => {
  it('is called by the bot\'s address for the chat', async () => {
    const { received } = await scene.send(PAGES.opened);
    expect(received[0]?.path).toBe(`/bot${TOKEN}/sendMessage`);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ chat_id: '-1001', parse_mode: 'HTML' });
  });

  it.each([
    [no(429, 'Too Many Requests: retry after 9', { retry_after: 9 }), { kind: 'retry', fault: 'channel', retryAfterMs: 9_000 }],
    [no(401, 'Unauthorized'), { kind: 'retry', fault: 'setup' }],
    [no(403, 'Forbidden: bot was kicked from the supergroup chat'), { kind: 'retry', fault: 'setup' }],
    [no(404, 'Not Found'), { kind: 'retry', fault: 'setup' }],
    [no(400, 'Bad Request: chat not found'), { kind: 'retry', fault: 'setup' }],
    [no(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1002 }), { kind: 'retry', fault: 'setup' }],
    [no(400, 'Bad Request: can\'t parse entities: Unsupported start tag'), { kind: 'refused' }],
    [no(400, 'Bad Request: message is too long'), { kind: 'refused' }],
    [no(502, 'Bad Gateway'), { kind: 'retry', fault: 'channel' }],
  ])('answer %#', async (given, expected) => expect((await scene.send(PAGES.opened, [given])).outcome).toMatchObject(expected));

  it('keeps its text within 4,096 characters without tags, and every tag closed', async () => {
    const { text } = JSON.parse((await scene.send(LONG)).received[0]?.body ?? '') as { text: string };
    const shown = text.replace(/<[^>]+>/gu, '').replace(/&lt;|&gt;|&amp;|&quot;/gu, 'x');
    expect(shown.length).toBeLessThanOrEqual(4_096);
    expect(shown.length).toBeGreaterThan(3_000);
    expect(shown).toContain('已略去一部分');
    expectWhole(text);
  });

  it('has no button that Telegram would refuse', () => {
    const adapter = telegramAdapter({ token: TOKEN, chat: '1' });
    const { body } = adapter.compose({ tone: 'notice', language: 'zh', headline: 'x', blocks: [], links: [{ kind: 'wall', label: 'Wall', url: 'http://localhost:8080/wall' }] }, null, 0);
    expect(JSON.parse(String(body))).not.toHaveProperty('reply_markup');
  });
});
