import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '../../core/category.ts';
import type { AlertEvent } from '../../core/alert.ts';
import { sampleEvidenceToken } from '../links/testing/sample-evidence.ts';
import { QUOTE_GRAPHEMES_MAX, renderPage } from './render-page.ts';
import type { Page } from './page.ts';
import { escalated, opened, resolved } from './testing/sample-events.ts';
import { ZonedTime } from './time-text.ts';

const OPTIONS = { publicUrl: 'https://tocsin.example', times: new ZonedTime('Asia/Shanghai'), evidenceToken: sampleEvidenceToken };
const render = (event: AlertEvent): Page => renderPage(event, `${event.id}:webhook`, OPTIONS);

describe('a page', () => {
  const golden: [name: string, event: AlertEvent][] = [
    ['opened', opened()],
    ['opened-late', opened({ late: true, count: 47 })],
    ['opened-without-group', opened({ group: {}, quotes: [], firstItemAtMs: null, lastItemAtMs: null, windowMs: 90 * 60_000 })],
    ['opened-by-store-and-channel', opened({ group: { store: '12', channel: 'mini-program' }, windowMs: 7 * 86_400_000, count: 12_345, fireAt: 10_000 })],
    ['escalated', escalated()],
    ['resolved', resolved()],
    ['resolved-rule-removed', resolved({ reason: 'rule-removed', count: 61 })],
  ];
  it.each(golden)('%s reads as in its golden file', async (name, event) => {
    const { summary } = render(event);
    const text = ['zh', 'en'].map((language) => summary[language as 'zh' | 'en']).map(({ line, text: lines }) => `${line}\n---\n${lines}\n`).join('\n');
    await expect(text).toMatchFileSnapshot(`testing/golden/${name}.txt`);
    await expect(`${JSON.stringify({ ...render(event), summary: undefined }, null, 2)}\n`).toMatchFileSnapshot(`testing/golden/${name}.json`);
  });

  it('is the same for the same event and key, so that every attempt carries the same bytes', () => {
    expect(JSON.stringify(render(opened()))).toBe(JSON.stringify(render(opened())));
  });

  it('of a level that was reached holds the count against the limit of that level', () => {
    const page = render(escalated({ count: 104, fireAt: 50, levelAt: 100 }));
    expect(page.threshold).toBe(100);
    expect(page.summary.zh.line).toContain('100');
    expect(page.summary.en.line).toContain('threshold 100');
    expect(render(escalated({ count: 104, fireAt: 50 })).threshold).toBe(50);
  });

  it('names every category in both languages', () => {
    for (const [id, name] of Object.entries(CATEGORIES)) {
      const page = render(opened({ group: { category: id } }));
      expect(page.summary.zh.line).toContain(name.zh);
      expect(page.summary.en.line).toContain(name.en);
    }
  });

  it('shows a category of a company\'s own by its id', () => {
    expect(render(opened({ group: { category: 'loyalty.points' } })).groupName).toEqual({ zh: 'loyalty.points', en: 'loyalty.points' });
  });

  it('does not take a group value for a property that every object has', () => {
    expect(render(opened({ group: { category: 'constructor' } })).groupName.en).toBe('constructor');
  });

  it('keeps control characters and direction marks of a customer off terminals and headlines', () => {
    const text = 'red \u001b[31m\u0007alarm\r\nnew line \u202egnp.exe \u2028end \ud800';
    const page = render(opened({ group: { store: text }, quotes: [{ id: 'f', text, channel: text, createdAtMs: 0 }] }));
    const shown = [page.quotes[0]?.text, page.summary.zh.line, page.summary.en.line, page.groupName.zh].join('');
    expect(shown).not.toMatch(/[\p{Cc}\u2028\u202e\p{Surrogate}]/u);
    expect(page.quotes[0]?.text).toBe('red [31m alarm new line gnp.exe end \ufffd');
    expect(page.group['store']).toBe(text);
  });

  it('shortens a quote between two characters as a person counts them', () => {
    const family = '👨‍👩‍👧‍👦';
    const [quote] = render(opened({ quotes: [{ id: 'f', text: family.repeat(200), channel: 'app', createdAtMs: 0 }] })).quotes;
    expect(quote?.text).toBe(`${family.repeat(QUOTE_GRAPHEMES_MAX - 1)}…`);
  });

  it('holds at most three quotes', () => {
    const quotes = Array.from({ length: 9 }, (_, index) => ({ id: `f${index}`, text: 'x', channel: 'app', createdAtMs: 0 }));
    expect(render(opened({ quotes })).quotes.map(({ id }) => id)).toEqual(['f0', 'f1', 'f2']);
  });

  it('links to the page with its very items, in the language of each text, and to the alert alone where there are none', () => {
    const { links, summary } = render(opened());
    expect(links.evidence).toBe(`https://tocsin.example/e/${sampleEvidenceToken('a-1041-0', opened().atMs)}`);
    for (const language of ['zh', 'en'] as const) expect(summary[language].text).toContain(`${links.evidence}?lang=${language}`);
    const unsigned = renderPage(opened(), 'k', { publicUrl: OPTIONS.publicUrl, times: OPTIONS.times });
    const ofTocsin = render(opened({ measure: { kind: 'trouble', trouble: 'lag', about: '' } }));
    for (const page of [unsigned, ofTocsin]) {
      expect(page.links.evidence).toBe(page.links.alert);
      expect(page.summary.en.text).not.toContain('Evidence');
    }
  });

  it('does not say since when an escalation is open where that is not known', () => {
    const { openedAtMs: _unknown, ...event } = escalated();
    expect(render(event).openedAt).toBeNull();
    expect(render(event).summary.en.text).not.toContain('open for');
  });
});
