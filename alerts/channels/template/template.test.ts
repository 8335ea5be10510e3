import { describe, expect, it } from 'vitest';
import { compileTemplate, TemplateError } from './render-template.ts';

const DATA = { count: 50, none: null, yes: true, summary: { zh: { line: '【警告】"物流" <50> & 阈值' } }, quotes: [{ text: '等了\n十天' }, { text: '丢了' }], empty: [] };
const render = (source: string): string => compileTemplate(source)(DATA);
const fault = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  throw new Error('did not fail');
};

describe('a template', () => {
  it('fills in values, as they are or for JSON, URLs, HTML and one line', () => {
    expect(render('n={{count}} {{ none }}|{{yes}}')).toBe('n=50 |true');
    expect(JSON.parse(render('{"t": {{ summary.zh.line | json }}, "q": {{quotes|json}}}'))).toEqual({ t: DATA.summary.zh.line, q: DATA.quotes });
    expect(render('?t={{quotes.1.text | url}}')).toBe(`?t=${encodeURIComponent('丢了')}`);
    expect(render('{{summary.zh.line | html}}')).toBe('【警告】&quot;物流&quot; &lt;50&gt; &amp; 阈值');
    expect(render('{{quotes.0.text | line}}')).toBe('等了 十天');
    expect(render('{{quotes.0.text | line | json}}')).toBe('"等了 十天"');
  });

  it('repeats for each item and chooses', () => {
    expect(render('{{#each quotes}}· {{text}} of {{count}}{{#if none}}x{{else}};{{/if}}{{/each}}')).toBe('· 等了\n十天 of 50;· 丢了 of 50;');
    expect(render('{{#if empty}}some{{else}}nothing{{/if}}{{#if yes}}!{{/if}}')).toBe('nothing!');
    expect(render('{{#each quotes}}{{this.text}}{{/each}}')).toBe('等了\n十天丢了');
  });

  it.each([
    ['{{count', 'line 1, column 1: {{ is not closed by }}'],
    ['a\n  {{#each quotes}}x', 'line 2, column 3: {{#each}} is not closed by {{/each}}'],
    ['{{/if}}', 'line 1, column 1: {{/if}} closes nothing'],
    ['{{#if yes}}{{/each}}', 'line 1, column 12: {{/each}} stands where {{/if}} is wanted'],
    ['{{#unless x}}{{/unless}}', 'line 1, column 1: {{#unless}} is not known; there are #if and #each'],
    ['{{count | shout}}', 'line 1, column 1: the filter "shout" is not known; there are json, url, html, line'],
    ['{{ 1 + 1 }}', 'line 1, column 1: "1 + 1" is no path such as summary.zh.line'],
    ['{{a()}}', 'line 1, column 1: "a()" is no path such as summary.zh.line'],
  ])('%s is refused with its place', (source, message) => expect(fault(() => compileTemplate(source))).toBe(message));

  it.each([
    ['{{summry}}', 'line 1, column 1: summry is not there'],
    ['{{quotes.7.text}}', 'line 1, column 1: quotes.7.text is not there'],
    ['{{constructor}}', 'line 1, column 1: constructor is not there'],
    ['{{count.constructor}}', 'line 1, column 1: count.constructor is not there'],
    ['{{#each count}}{{/each}}', 'line 1, column 1: count is no list'],
  ])('%s throws when it is rendered', (source, message) => expect(fault(() => render(source))).toBe(message));

  it('does not grow without end', () => {
    const many = { list: Array.from({ length: 300 }, () => 0) };
    const nested = '{{#each list}}{{#each list}}{{#each list}}xxxxxxxxxx{{/each}}{{/each}}{{/each}}';
    expect(fault(() => compileTemplate(nested)(many))).toBe('grows longer than 200000 characters');
    expect(fault(() => compileTemplate('{{#if a}}'.repeat(6)))).toContain('more than 4 blocks');
  });
});
