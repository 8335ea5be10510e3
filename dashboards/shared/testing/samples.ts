import type { AlertOpened, AlertResolved } from '../../../core/alert.ts';
import type { BoardCounts, OpenAlert } from '../../../core/live.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Noon of a working day in Shanghai. */
export const SAMPLE_NOW_MS = Date.UTC(2026, 2, 11, 4, 0, 20);

/** Category, complaints in 24 h, 1 h and 5 min. */
const CATEGORY_COUNTS: [string, number, number, number][] = [
  ['logistics', 57, 21, 6], ['service.attitude', 41, 4, 1], ['product.quality', 38, 5, 0], ['app.crash', 33, 2, 0],
  ['after-sales.refund', 27, 3, 1], ['service.speed', 22, 2, 0], ['account.login', 14, 0, 0], ['product.price', 12, 1, 0],
  ['account.payment', 9, 0, 0], ['after-sales.repair', 8, 1, 0], ['app.performance', 6, 0, 0], ['store.environment', 5, 0, 0],
  ['product.function', 4, 0, 0], ['custom.cold-chain', 3, 1, 0], ['after-sales.exchange', 2, 0, 0], ['other', 1, 0, 0],
];

/** One busy day; everything can be replaced. */
export function sampleCounts(over: Partial<BoardCounts> = {}): BoardCounts {
  const asOfMs = over.asOfMs ?? SAMPLE_NOW_MS;
  const items = Array.from({ length: 60 }, (_, index) => Math.round(34 + 14 * Math.sin(index / 7) + ((index * 37) % 11)));
  const complaints = items.map((value, index) => Math.round(value / 12 + (index > 48 ? (index - 48) / 2 : 0)));
  return {
    workspace: 'default',
    asOfMs,
    lagMs: 200,
    exact: true,
    lowerBound: [],
    totals24h: { items: 43_216, complaints: 1_284, negative: 9_876, neutral: 12_010, positive: 21_330 },
    categories: CATEGORY_COUNTS.map(([id, complaints24h, complaints1h, complaints5m]) => ({ id, complaints5m, complaints1h, complaints24h })),
    perMinute: { endMs: Math.ceil(asOfMs / MINUTE_MS) * MINUTE_MS, items: [...items.slice(0, -1), 9], complaints: [...complaints.slice(0, -1), 2] },
    openAlerts: [],
    ...over,
  };
}

export function emptyCounts(over: Partial<BoardCounts> = {}): BoardCounts {
  const zeros = new Array<number>(60).fill(0);
  const base = sampleCounts(over);
  return { ...base, totals24h: { items: 0, complaints: 0, negative: 0, neutral: 0, positive: 0 }, categories: [], perMinute: { ...base.perMinute, items: zeros, complaints: zeros }, ...over };
}

export function sampleAlert(over: Partial<OpenAlert> = {}): OpenAlert {
  const openedAtMs = over.openedAtMs ?? SAMPLE_NOW_MS - 1_000;
  return {
    alertId: 'alert-1',
    ruleId: 'complaint-burst',
    title: { zh: '同类投诉24小时内达到50起', en: '50 complaints of one category in 24 h' },
    group: { category: 'logistics' },
    severity: 'warning',
    count: 57,
    fireAt: 50,
    windowMs: DAY_MS,
    openedAtMs,
    endsAtMs: openedAtMs + 9 * 3_600_000,
    ...over,
  };
}

export function openedEvent(alert: OpenAlert, over: Partial<AlertOpened> = {}): AlertOpened {
  const { openedAtMs, ...rest } = alert;
  return {
    ...rest,
    kind: 'opened',
    id: alert.alertId,
    workspace: 'default',
    severity: alert.severity === 'critical' || alert.severity === 'notice' ? alert.severity : 'warning',
    resolveBelow: 40,
    firstItemAtMs: null,
    lastItemAtMs: null,
    atMs: openedAtMs,
    sequence: 1,
    index: 0,
    notify: [],
    quotes: [],
    late: false,
    ...over,
  };
}

export function resolvedEvent(alert: OpenAlert, over: Partial<AlertResolved> = {}): AlertResolved {
  const { quotes: _quotes, endsAtMs: _endsAtMs, late: _late, kind: _kind, ...base } = openedEvent(alert);
  return { ...base, kind: 'resolved', id: `${alert.alertId}-resolved`, reason: 'below-threshold', openedAtMs: alert.openedAtMs, peak: 64, atMs: alert.openedAtMs + 600_000, ...over };
}
