import { describe, expect, it } from 'vitest';
import { createFormatter } from './format.ts';
import { parseHandling } from './handling.ts';
import { handlingWords } from './handling-words.ts';

const NOW_MS = Date.UTC(2026, 2, 11, 4, 0, 20);
const incident = (over: object = {}): object => ({ id: 'a1', state: 'acknowledged', alertIds: ['a1', 'a2'], alerts: 2, assignee: 'u7', silenced: true, acknowledged: { by: 'u1', atMs: NOW_MS, untilMs: NOW_MS + 3_600_000 }, corrected: { atMs: NOW_MS, detail: { zh: '更正：当时 50 条', en: 'correction: 50 items then' } }, ...over });
const words = (over: object, language: 'zh' | 'en', corrections: 'told' | 'named' = 'told'): string[] => handlingWords(parseHandling({ incidents: [incident(over)] })?.get('a2'), { language, format: createFormatter(language, 'Asia/Shanghai') }, NOW_MS, corrections);

describe('what people did about an alert', () => {
  it('is said in both languages, the most telling first', () => {
    expect(words({}, 'zh')).toEqual(['u1 已确认，至 13:00', '负责人 u7', '静默中', '12:00 更正：当时 50 条']);
    expect(words({}, 'zh', 'named').at(-1)).toBe('12:00 更正过计数');
    expect(words({}, 'en', 'named').at(-1)).toBe('count corrected at 12:00');
    expect(words({}, 'en')).toEqual(['u1 has it until 13:00', 'given to u7', 'silenced', '12:00 correction: 50 items then']);
  });

  it('says a name once, and nothing where nobody did anything', () => {
    expect(words({ assignee: 'u1', silenced: false, corrected: null }, 'zh')).toEqual(['u1 已确认，至 13:00']);
    expect(words({ acknowledged: null, assignee: null, silenced: false, corrected: null }, 'zh')).toEqual([]);
    expect(handlingWords(undefined, { language: 'zh', format: createFormatter('zh') }, NOW_MS, 'told')).toEqual([]);
  });

  it('survives answers of another version', () => {
    expect(parseHandling({ items: [] })).toBeNull();
    expect(parseHandling(null)).toBeNull();
    expect(parseHandling({ incidents: [null, 7, { state: 'firing' }, incident({ state: 'resolved' }), { alertIds: ['x', 4], state: 'firing', acknowledged: 'u1', corrected: { detail: {} } }] })).toEqual(new Map([['x', { acknowledged: null, assignee: null, silenced: false, corrected: null }]]));
  });
});
