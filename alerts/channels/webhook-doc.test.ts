import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampleEvidenceToken } from '../links/testing/sample-evidence.ts';
import type { Page } from '../notify/page.ts';
import { renderPage } from '../notify/render-page.ts';
import { escalated, opened, resolved } from '../notify/testing/sample-events.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { signWebhook } from './sign-webhook.ts';

const doc = readFileSync(new URL('../../docs/webhook.md', import.meta.url), 'utf8');
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'u').exec(doc)?.[1] ?? '';
const options = { publicUrl: 'https://tocsin.example', times: new ZonedTime('Asia/Shanghai'), evidenceToken: sampleEvidenceToken };

describe('docs/webhook.md', () => {
  it('shows a page exactly as it is sent', () => {
    expect(JSON.parse(block('json'))).toEqual(JSON.parse(JSON.stringify(renderPage(opened(), 'a-1041-0:webhook', options))));
  });

  it('describes every field of every page', () => {
    const described = [...doc.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gmu)].flatMap(([, names = '']) => [...names.matchAll(/`(\w+)`/gu)].map((match) => match[1]));
    for (const event of [opened(), escalated(), resolved()]) {
      const page: Page = renderPage(event, 'k', options);
      expect(Object.keys(page).filter((field) => field !== 'idempotencyKey' && !described.includes(field))).toEqual([]);
    }
  });

  it('checks a signature with code that works, and turns down what was changed, old or signed by another', async () => {
    const module = await import(`data:text/javascript,${encodeURIComponent(block('js'))}`) as { isFromTocsin: (...given: [string, string, string, number?]) => boolean };
    const atMs = 1_700_000_000_000;
    const header = signWebhook('{"a":"物流"}', 'shared', atMs);
    expect(module.isFromTocsin(header, '{"a":"物流"}', 'shared', atMs / 1_000 + 60)).toBe(true);
    expect(module.isFromTocsin(header, '{"a":"物流 "}', 'shared', atMs / 1_000)).toBe(false);
    expect(module.isFromTocsin(header, '{"a":"物流"}', 'other', atMs / 1_000)).toBe(false);
    expect(module.isFromTocsin(header, '{"a":"物流"}', 'shared', atMs / 1_000 + 900)).toBe(false);
    expect(module.isFromTocsin('t=1', '{"a":"物流"}', 'shared', 1)).toBe(false);
  });
});
