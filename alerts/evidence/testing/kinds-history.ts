import type { AlertEvent } from '../../../core/alert.ts';
import type { LogEntry, ScoredEntry, ScoredItem } from '../../../core/frame.ts';
import type { Rule } from '../../../core/rule.ts';
import type { StoredItem } from '../../../core/stored-item.ts';
import { Prng } from '../../../server/play/prng.ts';
import { createState } from '../../../stream/counter/state.ts';
import { step } from '../../../stream/counter/step.ts';
import { HOUR_MS, LogScript, makeItem, MINUTE_MS, START_MS } from '../../../stream/counter/testing/entries.ts';
import { parseRule } from '../../rules/parse-rule.ts';

export const KINDS_SEED = 23;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 12;
const STEP_MS = 10 * MINUTE_MS;
const USUAL = ['快递太慢了一直没到', '客服不回消息', '包装破了'];

const write = (id: string, rest: Record<string, unknown>): Rule => parseRule({ id, title: { zh: '标题', en: 'Title' }, ...rest });
/** One rule of each kind, and composites over them. */
export const KINDS_RULES = [
  write('surge', { kind: 'spike', where: 'complaint', groupBy: ['channel'], window: '1h', against: '5 days', calendar: 'none', atLeast: 5, times: 2, sensitivity: 2 }),
  write('part', { kind: 'share', where: 'complaint', groupBy: ['category', 'channel'], window: '2h', atLeast: '40%', minVolume: 5, minCount: 3 }),
  write('silent', { kind: 'absence', groupBy: ['channel'], window: '1h', learn: '3d', normalAtLeast: 2 }),
  write('held', { kind: 'threshold', where: 'complaint', groupBy: ['channel'], window: '2h', atLeast: 9, for: '20m' }),
  write('stepped', { kind: 'threshold', where: 'complaint', groupBy: ['channel'], window: '2h', levels: { notice: 4, warning: 6, critical: 12 } }),
  write('topic', { kind: 'newTopic', where: 'complaint', window: '3h', atLeast: 4, times: 3, memory: '3d', stopWords: ['漏液'] }),
  write('safety', { kind: 'severe', where: 'text.contains("起火")', groupBy: ['channel'] }),
  write('both', { kind: 'composite', when: 'part and held', groupBy: ['channel'] }),
  write('twice', { kind: 'composite', when: 'both and (surge or part)' }),
];

/** Twelve days of a shop with a surge, a silence and a new topic, counted by the product's counter as they came. */
export function playKinds(): { entries: LogEntry<ScoredEntry>[]; rows: StoredItem[]; events: AlertEvent[]; endMs: number } {
  const [entries, rows, events]: [LogEntry<ScoredEntry>[], StoredItem[], AlertEvent[]] = [[], [], []];
  const random = new Prng(KINDS_SEED);
  const log = new LogScript();
  const state = createState({ awayAfterMs: DAY_MS });
  const take = (entry: LogEntry<ScoredEntry>): void => {
    const counted = step(state, entry);
    entries.push(entry);
    rows.push(...counted.rows);
    events.push(...counted.events);
  };
  take(log.rules(START_MS, KINDS_RULES));
  let number = 0;
  for (let nowMs = START_MS + STEP_MS; nowMs < START_MS + DAYS * DAY_MS; nowMs += STEP_MS) {
    const day = Math.floor((nowMs - START_MS) / DAY_MS);
    const hour = Math.floor(((nowMs - START_MS) % DAY_MS) / HOUR_MS);
    const isSurge = day === 8 && hour >= 10 && hour < 13;
    const channels = day === 9 && hour >= 5 && hour < 8 ? (['web'] as const) : (['app', 'web'] as const);
    const items: ScoredItem[] = [];
    for (const channel of channels) for (let count = random.between(0, isSurge ? 6 : 2); count > 0; count--) items.push(makeItem({
      id: `i-${++number}`, workspace: 'shop', channel, createdAtMs: nowMs - (random.chance(0.2) ? random.below(90 * MINUTE_MS) : random.below(5_000)), receivedAtMs: nowMs, customer: { id: `c-${random.below(60)}` },
      text: isSurge && random.chance(0.6) ? '充电器漏液了很吓人' : day === 10 && hour === 3 ? `插座起火 ${number}` : random.pick(USUAL),
      score: { complaint: random.chance(isSurge ? 0.8 : 0.35), categories: [{ id: random.pick(['logistics', 'quality']), probability: 0.9, decidedBy: 'model' }] },
    }));
    // As a run over history takes items that came together.
    items.sort((a, b) => a.item.createdAtMs - b.item.createdAtMs);
    // What time alone decides is decided at its own moment.
    for (let due = state.due.peek(); due !== undefined && due.dueMs < nowMs; due = state.due.peek()) take(log.tick(due.dueMs));
    take(items.length === 0 ? log.tick(nowMs) : log.frame(nowMs, items));
  }
  return { entries, rows, events, endMs: START_MS + DAYS * DAY_MS };
}
