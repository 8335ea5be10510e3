import { holds, parseComposite } from '../../../../alerts/rules/composite-expression.ts';
import type { AlertEvent, AlertOpened } from '../../../../core/alert.ts';
import type { CompositeRule, NewTopicRule, Rule } from '../../../../core/rule.ts';
import type { StoredItem } from '../../../../core/stored-item.ts';
import { middleOf, naiveBaseline, naiveCount, naiveItems, naiveShare, naiveSpikeLimit } from './naive-reading.ts';

/** Everything that had been said when an alert opened. */
export interface Told {
  rules: readonly Rule[];
  /** Of the whole log; those after the alert are left out here. */
  rows: readonly StoredItem[];
  /** Of the whole log, in order. */
  events: readonly AlertEvent[];
}

/**
 * Holds an `opened` event of any kind of rule against every row there was: null where it is right, else what is wrong with it. It asks for what the
 * event claims and whether that is enough to open; whether an alert is missing is another question. Of a spike with a calendar only the counts are looked at.
 */
export function claimFault(event: AlertOpened, told: Told): string | null {
  const rule = told.rules.find(({ id }) => id === event.ruleId);
  if (rule === undefined) return 'there is no such rule';
  const endMs = event.basis?.windowEndMs ?? event.atMs;
  const rows = upTo(told.rows, event.sequence, event.basis?.itemIndex);
  const place = { rows, workspace: event.workspace, group: event.group, nowMs: endMs };
  const differs = (what: string, claimed: unknown, found: unknown): string | null => (JSON.stringify(claimed) === JSON.stringify(found) ? null : `${what} is ${JSON.stringify(claimed)}, going through every item finds ${JSON.stringify(found)}`);
  switch (rule.kind) {
    case 'threshold': {
      const count = naiveCount(rule, place);
      return differs('count', event.count, Number(count.toFixed(2))) ?? (count < rule.fireAt ? `${count} is below ${rule.fireAt}` : null);
    }
    case 'severe':
      return differs('count', event.count, naiveItems(rule, place, endMs, rule.windowMs).length) ?? (event.count < 1 ? 'no item is there' : null);
    case 'share': {
      const { count, volume, fires } = naiveShare(rule, place);
      const claimed = event.measure?.kind === 'share' ? event.measure.volume : null;
      return differs('count and volume', [event.count, claimed], [count, volume]) ?? (fires ? null : `${count} of ${volume} does not fire`);
    }
    case 'spike':
    case 'absence': {
      const { earlier } = event.basis ?? {};
      const baseline = event.measure?.kind === 'spike' || event.measure?.kind === 'absence' ? (event.measure.baseline ?? []) : [];
      const before = { ...place, rows: upTo(told.rows, earlier?.sequence ?? 0, earlier?.itemIndex) };
      const found = (earlier?.endsMs ?? []).map((atMs) => naiveItems(rule, before, atMs, rule.windowMs).length);
      const count = naiveItems(rule, place, endMs, rule.windowMs).length;
      const counts = differs('count', event.count, count) ?? differs('earlier windows', baseline, found);
      if (counts !== null || (rule.kind === 'spike' && rule.calendar !== 'none')) return counts;
      const asOfMs = (earlier?.endsMs[0] ?? 0) + (rule.kind === 'spike' && rule.against.every === 'week' ? 7 : 1) * 86_400_000;
      const all = earlier === undefined ? [] : naiveBaseline(rule, before, asOfMs);
      if (differs('earlier windows', baseline, all.slice(0, baseline.length)) !== null) return differs('earlier windows', baseline, all);
      if (rule.kind === 'spike') return count >= naiveSpikeLimit(rule, baseline) ? null : `${count} is no spike over ${baseline.join(', ')}`;
      const usual = rule.normal.kind === 'given' ? rule.normal.items : middleOf(baseline);
      return count < rule.fireAt && usual >= rule.fireAt ? null : `${count} of ${usual} is no silence`;
    }
    case 'newTopic':
      return topicFault(event, rule, place.rows, endMs);
    case 'composite':
      return compositeFault(event, rule, told);
  }
}

/** Customers are counted exactly; how usual a term was comes from a sketch, which says too much at times and never too little. */
function topicFault(event: AlertOpened, rule: NewTopicRule, rows: readonly StoredItem[], endMs: number): string | null {
  const { topic } = event.basis ?? {};
  if (topic === undefined || event.measure?.kind !== 'newTopic') return 'it does not say what was counted';
  const { since, term } = topic;
  const counted = naiveItems({ ...(rule.where === undefined ? {} : { where: rule.where }), groupBy: [] }, { rows, workspace: event.workspace, group: {}, nowMs: endMs }, endMs, rule.windowMs)
    .filter(({ sequence, index }) => since === null || sequence > since.sequence || (sequence === since.sequence && index >= since.itemIndex))
    .filter(({ item, score }) => (topic.of === 'keywords' ? score.keywords.some((word) => word.toLowerCase() === term) : item.text.toLowerCase().includes(term)));
  const voices = new Set(counted.map(({ item }) => item.customer?.id ?? `text ${item.text}`)).size;
  if (event.count > voices || event.measure.items > counted.length) return `${event.count} customers are claimed of ${voices} that say ${term}`;
  if (event.count < rule.fireAt) return `${event.count} is below ${rule.fireAt}`;
  return event.measure.items + 0.01 >= event.measure.expected * rule.timesMin ? null : `${event.measure.items} is not ${rule.timesMin} times ${event.measure.expected}`;
}

function compositeFault(event: AlertOpened, { when }: CompositeRule, { events }: Told): string | null {
  const open = new Map<string, AlertEvent>();
  for (const one of events) {
    if (one.sequence > event.sequence || (one.sequence === event.sequence && one.index >= event.index)) break;
    if (one.kind === 'resolved') open.delete(one.alertId);
    else open.set(one.alertId, one);
  }
  const agrees = (one: AlertEvent): boolean => one.workspace === event.workspace && Object.entries(event.group).every(([field, value]) => one.group[field] === undefined || one.group[field] === value);
  const parsed = parseComposite(when);
  if (!parsed.ok) return parsed.message;
  return holds(parsed.node, (id) => [...open.values()].some((one) => one.ruleId === id && agrees(one))) ? null : `${when} does not hold`;
}

function upTo(rows: readonly StoredItem[], sequence: number, itemIndex: number | undefined): StoredItem[] {
  return rows.filter((row) => row.sequence < sequence || (row.sequence === sequence && (itemIndex === undefined || row.index <= itemIndex)));
}
