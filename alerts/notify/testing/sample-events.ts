import type { AlertEscalated, AlertEvent, AlertOpened, AlertResolved, QuotedItem } from '../../../core/alert.ts';

const HOUR_MS = 3_600_000;
/** 2026-11-23 03:12 in Shanghai. */
export const OPENED_AT_MS = Date.UTC(2026, 10, 22, 19, 12);

const QUOTES: QuotedItem[] = [
  { id: 'f-50', text: '等了十天还没到,电话 138****0000 打不通', channel: 'app', createdAtMs: OPENED_AT_MS },
  { id: 'f-49', text: '快递丢了,客服让我自己去找', channel: 'chat', createdAtMs: OPENED_AT_MS - 60_000 },
  { id: 'f-48', text: 'Parcel left in the rain, box soaked through', channel: 'social', createdAtMs: OPENED_AT_MS - 120_000 },
];

const COMMON = {
  workspace: 'default',
  ruleId: 'complaint-burst',
  title: { zh: '同类投诉24小时内达到50起', en: '50 complaints of one category in 24 h' },
  group: { category: 'logistics' },
  fireAt: 50,
  resolveBelow: 40,
  windowMs: 24 * HOUR_MS,
  index: 0,
  notify: ['on-call'],
};

export function opened(over: Partial<AlertOpened> = {}): AlertOpened {
  return {
    ...COMMON,
    kind: 'opened',
    id: 'a-1041-0',
    alertId: 'a-1041-0',
    severity: 'warning',
    count: 50,
    firstItemAtMs: OPENED_AT_MS - 18 * HOUR_MS - 9 * 60_000,
    lastItemAtMs: OPENED_AT_MS,
    atMs: OPENED_AT_MS,
    sequence: 1_041,
    quotes: QUOTES,
    endsAtMs: OPENED_AT_MS + 14 * HOUR_MS + 28 * 60_000,
    late: false,
    ...over,
  };
}

export function escalated(over: Partial<AlertEscalated> = {}): AlertEscalated {
  const atMs = OPENED_AT_MS + 2 * HOUR_MS + 5 * 60_000;
  return {
    ...COMMON,
    kind: 'escalated',
    id: 'a-1388-0',
    alertId: 'a-1041-0',
    severity: 'critical',
    from: 'warning',
    count: 100,
    firstItemAtMs: OPENED_AT_MS - 18 * HOUR_MS,
    lastItemAtMs: atMs,
    atMs,
    openedAtMs: OPENED_AT_MS,
    sequence: 1_388,
    quotes: QUOTES.slice(0, 1),
    endsAtMs: atMs + 19 * HOUR_MS,
    ...over,
  };
}

export function resolved(over: Partial<AlertResolved> = {}): AlertResolved {
  const atMs = OPENED_AT_MS + 29 * HOUR_MS + 20 * 60_000;
  return {
    ...COMMON,
    kind: 'resolved',
    id: 'a-9120-2',
    alertId: 'a-1041-0',
    severity: 'critical',
    count: 39,
    firstItemAtMs: atMs - 24 * HOUR_MS + 1,
    lastItemAtMs: atMs - 3 * HOUR_MS,
    atMs,
    sequence: 9_120,
    index: 2,
    reason: 'below-threshold',
    openedAtMs: OPENED_AT_MS,
    peak: 1_132,
    ...over,
  };
}

/** The three pages of one alert among many: ids, group and places are its own. */
export function incident(number: number, notify: string[] = ['on-call']): { opened: AlertOpened; escalated: AlertEscalated; resolved: AlertResolved } {
  const alertId = `a-${number}`;
  const common = { alertId, notify, group: { store: String(number) } } satisfies Partial<AlertEvent>;
  return {
    opened: opened({ ...common, id: alertId, sequence: number * 10 }),
    escalated: escalated({ ...common, id: `${alertId}-e`, sequence: number * 10 + 1 }),
    resolved: resolved({ ...common, id: `${alertId}-r`, sequence: number * 10 + 2 }),
  };
}
