import { describe, expect, it } from 'vitest';
import { createFormatter } from '../shared/format.ts';
import { sampleAlert } from '../shared/testing/samples.ts';
import { alertEnds, alertGroup, alertSince, alertTitle, spokenNews, widthInDigits } from './alert-words.ts';
import { WALL_TEXTS } from './texts.ts';
import type { Voice } from './wall-model.ts';

const zh: Voice = { language: 'zh', texts: WALL_TEXTS.zh, format: createFormatter('zh', 'Asia/Shanghai') };
const en: Voice = { language: 'en', texts: WALL_TEXTS.en, format: createFormatter('en', 'Asia/Shanghai') };
const openedAtMs = Date.UTC(2026, 2, 11, 4, 0);
const alert = { ...sampleAlert({ openedAtMs, endsAtMs: openedAtMs + 3_600_000 }), late: false };

describe('an alert in words', () => {
  it('is named by its group, and an ungrouped one by what it counts', () => {
    expect(alertGroup(alert, zh)).toBe('物流配送');
    expect(alertGroup({ ...alert, group: {} }, en)).toBe('All feedback');
  });

  it('has a title even where its rule has none in this language', () => {
    expect(alertTitle({ ...alert, title: { zh: '题', en: '' } }, en)).toBe('题');
    expect(alertTitle({ ...alert, title: { zh: '', en: '' } }, zh)).toBe('complaint-burst');
  });

  it('says since when, and for how long by the server\'s clock', () => {
    expect(alertSince(alert, en, openedAtMs + 200_000)).toBe('since 12:00, for 3 min 20 s');
  });

  it('says when it ends by itself, and that it is about to once that moment has passed', () => {
    expect(alertEnds(alert, en, openedAtMs)).toBe('ends by itself at 13:00 if nothing more comes');
    expect(alertEnds(alert, en, openedAtMs + 3_600_001)).toBe('about to end by itself if nothing more comes');
  });

  it('is spoken with its severity and its numbers, lower bounds as such', () => {
    expect(spokenNews({ serial: 1, kind: 'opened', alert, saidAtMs: 0 }, zh, 'atLeast')).toMatch(/^告警（警告）：物流配送/);
    expect(spokenNews({ serial: 1, kind: 'opened', alert, saidAtMs: 0 }, zh, 'atLeast')).toContain('≥57');
    expect(spokenNews({ serial: 2, kind: 'escalated', alert: { ...alert, severity: 'critical' }, saidAtMs: 0 }, en, 'exact')).toMatch(/^Alert is now critical: Logistics/);
    expect(spokenNews({ serial: 3, kind: 'resolved', alert, saidAtMs: 0 }, en, 'exact')).toMatch(/^Alert resolved: Logistics/);
  });
});

describe('the width of a text', () => {
  it('counts wide characters nearly twice and is never nothing', () => {
    expect(widthInDigits('12,345')).toBe(6);
    expect(widthInDigits('物流')).toBeCloseTo(3.6);
    expect(widthInDigits('≥57')).toBeCloseTo(3.8);
    expect(widthInDigits('')).toBe(1);
  });
});
