import { describe, expect, it } from 'vitest';
import { sampleAlert } from '../shared/testing/samples.ts';
import { parseAlerts, parseFeedbackPage, parseUnready, problemText, parseChannels, parseChannelTest } from './answers.ts';
import { withQuery } from './ask-server.ts';

const alert = { ...sampleAlert(), state: 'firing', resolvedAtMs: null };
const item = { id: '1', text: '慢', channel: 'app', sentiment: 'negative', complaint: true, categories: ['logistics'], createdAt: '2026-03-11T04:00:00Z' };

describe('the answers that the console reads', () => {
  it('of alerts keep what can be shown and leave out the rest', () => {
    expect(parseAlerts({ alerts: [alert, { ...alert, state: 'asleep' }, { ...alert, group: null }, null] })).toEqual([{ ...alert, pageReason: '' }]);
    expect(parseAlerts({ alerts: [{ ...alert, incident: { page: { reason: 'silenced', atMs: 1 } } }] })?.[0]?.pageReason).toBe('silenced');
    expect(parseAlerts({ alerts: {} })).toBeNull();
    expect(parseAlerts(null)).toBeNull();
  });

  it('of feedback end where there is no next cursor', () => {
    expect(parseFeedbackPage({ items: [item, { ...item, text: 5 }], nextCursor: null })).toEqual({ items: [item], nextCursor: null });
    expect(parseFeedbackPage({ items: [], nextCursor: 'abc' })?.nextCursor).toBe('abc');
    expect(parseFeedbackPage([])).toBeNull();
  });

  it('of a problem are its sentence, and otherwise the status', () => {
    expect(problemText(400, { title: 'Bad request', detail: 'limit is not a number' })).toBe('limit is not a number');
    expect(problemText(503, { title: 'Not now' })).toBe('Not now');
    expect(problemText(502, '<html>')).toBe('HTTP 502');
  });

  it('of readiness name the parts that are missing', () => {
    expect(parseUnready({ parts: [{ part: 'log', ok: true }, { part: 'scorer', ok: false, reason: 'no model', reasonZh: '没有模型' }, { part: 'store', ok: false, reason: 7 }, { ok: false }] }))
      .toEqual([{ part: 'scorer', reason: 'no model', reasonZh: '没有模型' }, { part: 'store' }]);
    expect(parseUnready('no')).toEqual([]);
  });
});

describe('a question', () => {
  it('leaves out what was not chosen and escapes the rest', () => {
    expect(withQuery('v1/feedback', { text: '慢 & 贵', channel: '', cursor: null, limit: '20' })).toBe('v1/feedback?text=%E6%85%A2+%26+%E8%B4%B5&limit=20');
    expect(withQuery('v1/alerts', { workspace: null })).toBe('v1/alerts');
  });
});

describe('channels', () => {
  it('are read as the server lists them; what is no channel is left out', () => {
    const answer = { channels: [{ channel: { id: 'ops', kind: 'dingtalk', default: false, fallback: 'sms' }, source: 'file' }, { channel: { id: 'console', kind: 'console' } }, { channel: null }, 7] };
    expect(parseChannels(answer)).toEqual([{ id: 'ops', kind: 'dingtalk', isDefault: false, fallback: 'sms', isOwn: false }, { id: 'console', kind: 'console', isDefault: true, fallback: null, isOwn: false }]);
    expect(parseChannels({})).toBeNull();
  });

  it('say what came of a test', () => {
    expect(parseChannelTest({ delivered: false, detail: 'HTTP 200: code 310000', detailZh: 'HTTP 200：代码 310000', durationMs: 3 })).toEqual({ delivered: false, detail: { zh: 'HTTP 200：代码 310000', en: 'HTTP 200: code 310000' }, advice: null });
    expect(parseChannelTest({ delivered: false, detail: 'x', advice: { zh: '检查', en: 'look' } })?.advice).toEqual({ zh: '检查', en: 'look' });
    expect(parseChannelTest({ delivered: 'yes' })).toBeNull();
  });
});
