import { describe, expect, it } from 'vitest';
import { answer } from '../testing/receiver.ts';
import { describeRobot } from '../testing/robot.contract.ts';
import { HOSTILE, LONG, PAGES } from '../testing/robot-pages.ts';
import { slackAdapter } from './slack.ts';

const PATH = 'T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';
const scene = describeRobot({ kind: 'slack', picture: /"image_url":"https:/u, adapterTo: (origin) => slackAdapter({ url: `${origin}/services/${PATH}` }), success: answer(200, 'ok'), secret: 'XXXXXXXXXXXXXXXXXXXXXXXX' });

interface Block { type: string; text?: { text: string }; fields?: { text: string }[]; elements?: { text: string }[] }

describe('Slack', () => {
  it.each([
    [400, 'invalid_payload', { kind: 'refused' }],
    [400, 'invalid_blocks', { kind: 'refused' }],
    [403, 'action_prohibited', { kind: 'retry', fault: 'setup' }],
    [404, 'no_service', { kind: 'retry', fault: 'setup' }],
    [404, 'channel_not_found', { kind: 'retry', fault: 'setup' }],
    [410, 'channel_is_archived', { kind: 'retry', fault: 'setup' }],
    [429, 'rate_limited', { kind: 'retry', fault: 'channel' }],
    [500, 'rollup_error', { kind: 'retry', fault: 'page' }],
    [200, 'no_service', { kind: 'retry', fault: 'setup' }],
    [400, 'something_new', { kind: 'refused' }],
  ])('HTTP %i %s', async (status, words, expected) => {
    const { outcome } = await scene.send(PAGES.opened, [answer(status, words)]);
    expect(outcome).toMatchObject(expected);
    expect(outcome.detail).toContain(words);
  });

  it('obeys Retry-After beside its words', async () => {
    expect((await scene.send(PAGES.opened, [answer(429, 'rate_limited', { 'retry-after': '30' })])).outcome).toMatchObject({ kind: 'retry', fault: 'channel', retryAfterMs: 30_000 });
  });

  it('keeps each block within its limit', async () => {
    const { blocks } = JSON.parse((await scene.send(LONG)).received[0]?.body ?? '') as { blocks: Block[] };
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) {
      expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
      expect(block.text?.text ?? '').not.toMatch(/\p{Surrogate}/u);
    }
    expect(JSON.stringify(blocks)).toContain('已略去一部分');
  });

  it('escapes the three signs of the notification\'s text', async () => {
    const { text } = JSON.parse((await scene.send(HOSTILE)).received[0]?.body ?? '') as { text: string };
    expect(text).toContain('&lt;at user_id="all"&gt;');
    expect(text).not.toMatch(/[<>]/u);
  });
});
