import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeCard } from '../cards/compose-card.ts';
import { utf8Bytes } from '../cards/fit-card.ts';
import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { Adapter } from './adapter.ts';
import { dingtalkAdapter } from './kinds/dingtalk.ts';
import { feishuAdapter } from './kinds/feishu.ts';
import { pagerdutyAdapter } from './kinds/pagerduty.ts';
import { slackAdapter } from './kinds/slack.ts';
import { telegramAdapter } from './kinds/telegram.ts';
import { wecomAdapter } from './kinds/wecom.ts';
import { expectWhole } from './testing/robot.contract.ts';
import { hostilePage } from './testing/hostile.ts';
import { readMultipart } from './testing/read-multipart.ts';
import { NOW_MS, TIMES } from './testing/robot-pages.ts';

const URL_OF = 'https://robot.example/hook/0123456789';

interface Json { [key: string]: unknown }
type Body = string | Uint8Array;
/** A form is read as what its fields hold. */
const parsed = (body: Body): Json => (typeof body === 'string' ? JSON.parse(body) as Json : formOf(body));
const formOf = (body: Uint8Array): Json => {
  const { fields } = readMultipart(body);
  return { ...fields, reply_markup: JSON.parse(fields['reply_markup'] ?? '{}') as unknown };
};
const contentOf = (body: Body): string => (parsed(body)['markdown'] as { content: string }).content;
const textOf = (body: Body): string => String(parsed(body)['text'] ?? parsed(body)['caption'] ?? '');
const bytesOf = (body: Body): number => utf8Bytes(String(body));

/** Each in the unit in which its receiver counts. */
const KINDS: { kind: string; adapter: Adapter; limit: number; size(body: Body): number; markup(body: Body): string }[] = [
  { kind: 'DingTalk: 20,000 bytes of body', adapter: dingtalkAdapter({ url: URL_OF, secret: 'SEC1' }), limit: 20_000, size: bytesOf, markup: (body) => (parsed(body)['actionCard'] as { text: string }).text },
  { kind: 'WeCom: 4,096 bytes of content', adapter: wecomAdapter({ url: URL_OF }), limit: 4_096, size: (body) => utf8Bytes(contentOf(body)), markup: contentOf },
  { kind: 'Feishu: 20 KB of body', adapter: feishuAdapter({ url: URL_OF, secret: 's' }), limit: 20_000, size: bytesOf, markup: () => '' },
  { kind: 'Slack: 3,000 characters of any block', adapter: slackAdapter({ url: URL_OF }), limit: 3_000, size: slackLongest, markup: () => '' },
  { kind: 'Telegram: 4,096 characters without tags, 1,024 under a picture', adapter: telegramAdapter({ token: '1:x', chat: '1' }), limit: 4_096, size: (body) => shown(textOf(body)).length + (typeof body === 'string' ? 0 : 4_096 - 1_024), markup: textOf },
  { kind: 'PagerDuty: 512 KB of body', adapter: pagerdutyAdapter({ routingKey: 'R' }), limit: 512_000, size: bytesOf, markup: () => '' },
];

function slackLongest(body: Body): number {
  const { blocks } = parsed(body) as { blocks: { type: string; text?: { text: string }; fields?: { text: string }[]; elements?: { text: unknown }[] }[] };
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const block of blocks) {
    if (block.type === 'header') expect(block.text?.text.length).toBeLessThanOrEqual(150);
    expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
    for (const { text } of block.fields ?? []) expect(text.length).toBeLessThanOrEqual(2_000);
  }
  return Math.max(...blocks.flatMap(({ text, elements = [] }) => [text?.text.length ?? 0, ...elements.map((each) => (typeof each.text === 'string' ? each.text.length : 0))]));
}

/** A text as a reader sees it: no tags, entities and full-width twins as the signs they stand for. */
function shown(text: string): string {
  return text.replace(/<[^<>]+>/gu, '').replace(/&#(\d+);/gu, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/gu, '<').replace(/&gt;/gu, '>').replace(/&quot;/gu, '"').replace(/&amp;/gu, '&');
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];
}

function everythingShown(body: Body): string {
  return strings(parsed(body)).map(shown).join('\n').normalize('NFKC');
}

const FORGED = /<script|<!channel>|<@all>|<at user_id|\]\(http:\/\/evil|http:\/\/evil/u;

describe.each(KINDS)('$kind', ({ adapter, limit, size, markup }) => {
  const compose = (page: Page, language: PageLanguage): Body => adapter.compose(composeCard(page, language, TIMES), page, NOW_MS).body;

  it('is kept whatever customers wrote, with the count, the trust line and the links to act by', () => {
    fc.assert(fc.property(hostilePage, fc.constantFrom<PageLanguage>('zh', 'en'), (page, language) => {
      const body = compose(page, language);
      expect(size(body)).toBeLessThanOrEqual(limit);
      expect(strings(parsed(body)).join('')).not.toMatch(/\p{Surrogate}/u);
      const all = everythingShown(body);
      expect(all).toContain(page.links.acknowledge);
      expect(all).toContain(page.links.silence);
      expect(all).toContain(page.count.toLocaleString('en-US'));
      expect(all).toContain(page.trust?.text[language].slice(0, 20).normalize('NFKC'));
      expectWhole(markup(body));
      expect(markup(body)).not.toMatch(FORGED);
    }), { numRuns: 150 });
  });
});
