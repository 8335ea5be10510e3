import type { AlertEvent } from '../../core/alert.ts';
import type { Findings } from '../reason/findings.ts';
import type { Page } from './page.ts';
import { renderPage } from './render-page.ts';
import { ZonedTime } from './time-text.ts';

const HOUR_MS = 3_600_000;
const TITLE = { zh: '渠道测试（非真实告警）', en: 'Test of a channel (no real alert)' };

/** Events by which a channel is tried: what a person gets says that it is a test. */
export function sampleEvent(kind: AlertEvent['kind'], nowMs: number): AlertEvent {
  const common = {
    id: `test-${nowMs}-${kind}`, alertId: `test-${nowMs}`, workspace: 'default', ruleId: 'channel-test', title: TITLE, group: { category: 'logistics', store: '12' },
    count: 50, fireAt: 50, resolveBelow: 40, windowMs: 24 * HOUR_MS, firstItemAtMs: nowMs - 18 * HOUR_MS, lastItemAtMs: nowMs, atMs: nowMs, sequence: 0, index: 0, notify: [],
  };
  const quotes = [{ id: 'test-item', text: '这是一条测试反馈 This is feedback made up for a test', channel: 'app', createdAtMs: nowMs }];
  switch (kind) {
    case 'opened':
      return { ...common, kind, severity: 'notice', quotes, endsAtMs: nowMs + 14 * HOUR_MS, late: false };
    case 'escalated':
      return { ...common, kind, severity: 'critical', from: 'warning', openedAtMs: nowMs - HOUR_MS, quotes, endsAtMs: nowMs + 14 * HOUR_MS };
    case 'resolved':
      return { ...common, kind, severity: 'notice', count: 39, reason: 'below-threshold', openedAtMs: nowMs - HOUR_MS, peak: 50 };
  }
}

/** How the items of a test page came, so that its picture is tried as well. */
export function sampleFindings(count: number): Findings {
  const counts = [1, 1, 2, 2, 1, 3, 4, 4, 5, 6, 9, 12];
  return {
    items: count, count, baseline: 0, facets: [], newTerms: [], quotes: [], nearDuplicates: 0, models: [],
    trend: { bucketMs: 2 * HOUR_MS, counts }, pace: { spanMs: 2 * HOUR_MS, latest: 12, before: 9 },
  };
}

const SAMPLE_AT_MS = Date.UTC(2026, 0, 1);

/** One page of each kind, for trying templates. */
export function samplePages(): Page[] {
  const options = { publicUrl: 'http://127.0.0.1', times: new ZonedTime('UTC') };
  return (['opened', 'escalated', 'resolved'] as const).map((kind) => renderPage(sampleEvent(kind, SAMPLE_AT_MS), 'test', options));
}
