import type { StoredItem } from '../../../core/stored-item.ts';
import { AREAS as AREA_NAMES } from '../../queries/named.ts';
import type { PanelQuery } from '../../queries/panel.ts';
import { valueName } from '../../shared/names.ts';
import { areasOf, byBytes, categoriesOf, clickHouseTime, dayOf, floor, groups, isOriginal, Oracle, ratio, total, type Row } from './oracle.ts';
import { EXPECTED_VERSIONS } from './expected-versions.ts';
import { utc } from './known-alerts.ts';

type Rolled = ReturnType<Oracle['rolled']>;
type Expected = (oracle: Oracle) => Row[];

const complaints = (items: readonly StoredItem[]): number => items.filter((stored) => isOriginal(stored) && stored.score.complaint).length;
const originals = (items: readonly StoredItem[]): StoredItem[] => items.filter(isOriginal);
const sum = (items: readonly StoredItem[], of: (stored: StoredItem) => number | null | undefined): number => total(originals(items).map((stored) => of(stored) ?? 0));
const countOf = (items: readonly StoredItem[], is: (stored: StoredItem) => boolean): number => originals(items).filter(is).length;
const storedOf = (rolled: Rolled): StoredItem[] => rolled.map(({ stored }) => stored);
const certainty = ({ score }: StoredItem): number => score.probabilities[score.sentiment];
const delay = ({ item, createdAtMs }: StoredItem): number => Math.max(0, item.receivedAtMs - createdAtMs);

/** One entry per value that the item has in a dimension, repeats included: the roll-up has a row for them too. */
function spread(rolled: Rolled, valuesOf: (stored: StoredItem) => readonly (string | undefined)[]): { value: string; stored: StoredItem; atMs: number }[] {
  return rolled.flatMap(({ stored, atMs }) => [...new Set(valuesOf(stored))].flatMap((value) => (value === undefined || value === '' ? [] : [{ value, stored, atMs }])));
}

function overTime(rolled: Rolled, numbersOf: (items: StoredItem[]) => (number | null)[]): Row[] {
  return [...groups(rolled, ({ atMs }) => String(atMs))].map(([at, entries]): Row => [clickHouseTime(Number(at)), ...numbersOf(storedOf(entries))]).sort(byTime);
}

function seriesOverTime(entries: { value: string; stored: StoredItem; atMs: number }[], nameOf: (value: string) => string, numberOf: (items: StoredItem[]) => number | null): Row[] {
  return [...groups(entries, ({ atMs, value }) => `${atMs}\0${value}`)]
    .map(([key, group]): Row => [clickHouseTime(Number(key.split('\0')[0])), nameOf(key.split('\0')[1]!), numberOf(group.map(({ stored }) => stored))])
    .sort((a, b) => byTime(a, b) || byBytes(String(a[1]), String(b[1])));
}

const byTime = (a: Row, b: Row): number => byBytes(String(a[0]), String(b[0]));
/** Largest number in `column` first, then by the name in the first column. */
const byNumber = (column: number) => (a: Row, b: Row): number => Number(b[column]) - Number(a[column]) || byBytes(String(a[0]), String(b[0]));

function rank(valuesOf: (stored: StoredItem) => readonly (string | undefined)[], nameOf: (value: string, oracle: Oracle) => string): Expected {
  return (oracle) => [...groups(spread(oracle.rolled(), valuesOf), ({ value }) => value)]
    .map(([value, entries]): Row => [nameOf(value, oracle), complaints(entries.map(({ stored }) => stored))])
    .filter(([, count]) => count !== 0)
    .sort(byNumber(1))
    .slice(0, 12);
}

function summary(valuesOf: (stored: StoredItem) => readonly (string | undefined)[], nameOf: (value: string, oracle: Oracle) => string): Expected {
  return (oracle) => [...groups(spread(oracle.rolled(), valuesOf), ({ value }) => value)]
    .map(([value, entries]): Row => {
      const items = entries.map(({ stored }) => stored);
      const feedback = originals(items).length;
      const answers = countOf(items, ({ item }) => item.nps !== undefined);
      const nps = countOf(items, ({ item }) => (item.nps ?? 0) >= 9) - countOf(items, ({ item }) => (item.nps ?? 10) <= 6);
      return [
        nameOf(value, oracle), feedback, complaints(items), ratio(complaints(items), feedback), ratio(sum(items, ({ score }) => score.stars), feedback),
        ratio(sum(items, ({ item }) => item.waitSeconds), countOf(items, ({ item }) => item.waitSeconds !== undefined)),
        ratio(countOf(items, ({ item }) => item.resolved === true), countOf(items, ({ item }) => item.resolved !== undefined)),
        answers === 0 ? null : (100 * nps) / answers, ratio(sum(items, delay), feedback),
      ];
    })
    .sort(byNumber(1))
    .slice(0, 50);
}

const AREAS = ['product', 'service', 'logistics', 'after-sales', 'account', 'app', 'store', 'other'];

function matrix(keyOf: (stored: StoredItem) => string, nameOf: (value: string, oracle: Oracle) => string): Expected {
  return (oracle) => [...groups(oracle.days().filter(({ dayMs }) => oracle.within(dayMs)), ({ stored }) => keyOf(stored))]
    .map(([value, entries]): Row => {
      const items = entries.map(({ stored }) => stored);
      const ofArea = (area: string): number => total(originals(items).filter(({ score }) => score.complaint).map((stored) => areasOf(stored).filter((one) => one === area).length));
      return [nameOf(value, oracle), complaints(items), ...AREAS.map(ofArea), ratio(complaints(items), originals(items).length)];
    })
    .filter(([, count]) => count !== 0)
    .sort(byNumber(1))
    .slice(0, 50);
}

function areasOverTime(cutMs: (dayMs: number) => number): Expected {
  return (oracle) => {
    const entries = oracle.days().filter(({ dayMs }) => oracle.within(dayMs)).flatMap(({ stored, dayMs }) => areasOf(stored).map((value) => ({ value, stored, atMs: cutMs(dayMs) })));
    return seriesOverTime(entries, (area) => AREA_NAMES[area]![oracle.language], complaints);
  };
}

/** The board's span and the one before it, by days. */
function topTen(keysOf: (stored: StoredItem) => readonly (string | undefined)[], nameOf: (key: string, oracle: Oracle) => string, options: { filtered: boolean }): Expected {
  return (oracle) => {
    const [from, to] = [oracle.fill.fromMs, oracle.fill.toMs].map((ms) => Math.floor(ms / 1000) * 1000) as [number, number];
    const source = options.filtered ? oracle.filtered() : oracle.items;
    const entries = source.map((stored) => ({ stored, dayMs: dayOf(stored.createdAtMs) })).filter(({ dayMs }) => dayMs > from - (to - from) && dayMs <= to);
    const keyed = entries.flatMap(({ stored, dayMs }) => [...new Set(keysOf(stored))].flatMap((key) => (key === undefined ? [] : [{ key, stored, dayMs }])));
    const words = oracle.language === 'zh' ? ['★ 新出现', '▲ 上升', '▼ 下降', '● 持平'] : ['★ new', '▲ up', '▼ down', '● steady'];
    return [...groups(keyed, ({ key }) => key)]
      .map(([key, group]): Row => {
        const now = complaints(group.filter(({ dayMs }) => dayMs > from).map(({ stored }) => stored));
        const before = complaints(group.filter(({ dayMs }) => dayMs <= from).map(({ stored }) => stored));
        const change = ratio(now - before, before);
        return [nameOf(key, oracle), now, before, now - before, change, change === null ? words[0]! : change >= 0.2 ? words[1]! : change <= -0.2 ? words[2]! : words[3]!];
      })
      .filter(([, now]) => now !== 0)
      .sort(byNumber(1))
      .slice(0, 10);
  };
}

const stat = (valueOf: (items: StoredItem[], oracle: Oracle) => number | null): Expected => (oracle) => [[valueOf(storedOf(oracle.rolled()), oracle)]];
const ofChannel = ({ item }: StoredItem): string[] => [item.channel];
const channelName = (value: string, { language }: Oracle): string => valueName('channel', value, language);
const plain = (value: string, oracle: Oracle): string => oracle.none(value);

/** Rows that each panel answers, by board and panel. */
export const EXPECTED: Record<string, Record<PanelQuery['id'], Expected>> = {
  live: {
    'newest-age': (oracle) => newestAge(oracle.items.filter(({ createdAtMs }) => floor(createdAtMs, 60_000) >= oracle.nowMs - 48 * HOUR_MS), oracle.nowMs),
    'latest-complaints': (oracle) => oracle.items
      .filter((stored) => isOriginal(stored) && stored.score.complaint && stored.createdAtMs >= oracle.fill.fromMs && stored.createdAtMs <= oracle.fill.toMs)
      .sort((a, b) => b.createdAtMs - a.createdAtMs || byBytes(b.item.id, a.item.id))
      .slice(0, 50)
      .map((stored): Row => [
        utc(stored.createdAtMs), valueName('channel', stored.item.channel, oracle.language), categoriesOf(stored).map((id) => oracle.name(id)).join(' / '),
        valueName('severity', stored.score.severity, oracle.language), stored.item.text, stored.item.id,
      ]),
    items: stat((items) => originals(items).length),
    complaints: stat(complaints),
    'complaint-share': stat((items) => ratio(complaints(items), originals(items).length)),
    severe: stat((items) => countOf(items, ({ score }) => score.severity === 'severe')),
    repeats: stat((items) => items.length - originals(items).length),
    'complaints-by-category': (oracle) => {
      const entries = spread(oracle.rolled(), categoriesOf);
      const best = [...groups(entries, ({ value }) => value)].map(([value, group]): Row => [value, complaints(group.map(({ stored }) => stored))]).sort(byNumber(1)).slice(0, 8).map(([value]) => value);
      return seriesOverTime(entries.filter(({ value }) => best.includes(value)), (value) => oracle.name(value), complaints);
    },
    'items-by-sentiment': (oracle) => overTime(oracle.rolled(), (items) => (['negative', 'neutral', 'positive'] as const).map((sentiment) => countOf(items, ({ score }) => score.sentiment === sentiment))),
    'top-categories': rank(categoriesOf, (value, oracle) => oracle.name(value)),
    'top-channels': rank(ofChannel, channelName),
    'top-products': rank(({ item }) => [item.product], plain),
  },
  'top-issues': {
    'top-categories': topTen(categoriesOf, (value, oracle) => oracle.name(value), { filtered: true }),
    'top-product-issues': topTen(
      (stored) => (stored.item.product === undefined ? [] : categoriesOf(stored).map((category) => `${stored.item.product}\0${category}`)),
      (key, oracle) => `${key.split('\0')[0]} · ${oracle.name(key.split('\0')[1]!)}`,
      { filtered: false },
    ),
    'top-products': topTen(({ item }) => [item.product], plain, { filtered: false }),
    'top-stores': topTen(({ item }) => [item.store], plain, { filtered: false }),
    'top-agents': topTen(({ item }) => [item.agent], plain, { filtered: false }),
  },
  dimensions: {
    'by-week': areasOverTime((dayMs) => mondayOf(dayMs)),
    'by-month': areasOverTime((dayMs) => monthOf(dayMs)),
    'by-region': matrix(({ item }) => item.region ?? '', plain),
    'by-group': matrix(({ item }) => item.customer?.group ?? '', plain),
    'by-channel': matrix(({ item }) => item.channel, channelName),
  },
  channels: {
    'items-by-channel': (oracle) => seriesOverTime(spread(oracle.rolled(), ofChannel), (value) => channelName(value, oracle), (items) => originals(items).length),
    'share-by-channel': (oracle) => seriesOverTime(spread(oracle.rolled(), ofChannel), (value) => channelName(value, oracle), (items) => ratio(complaints(items), originals(items).length)),
    'channel-summary': summary(ofChannel, channelName),
    'agent-summary': summary(({ item }) => [item.agent], plain),
  },
  model: {
    certainty: stat((items) => ratio(sum(items, certainty), originals(items).length)),
    conflicts: stat((items) => ratio(countOf(items, ({ score }) => score.ratingConflict === true), countOf(items, ({ item }) => item.rating !== undefined))),
    implicit: stat((items) => ratio(countOf(items, ({ score }) => score.implicit && score.complaint), complaints(items))),
    'other-share': stat((items) => ratio(countOf(items, (stored) => categoriesOf(stored).includes('other')), originals(items).length)),
    'certainty-over-time': (oracle) => overTime(oracle.rolled(), (items) => [ratio(sum(items, certainty), originals(items).length), ratio(sum(items, ({ score }) => score.complaintProbability), originals(items).length)]),
    'stars-against-ratings': (oracle) => overTime(oracle.rolled(), (items) => [ratio(sum(items, ({ score }) => score.stars), originals(items).length), ratio(sum(items, ({ item }) => item.rating), countOf(items, ({ item }) => item.rating !== undefined))]),
    'language-mix': (oracle) => seriesOverTime(spread(oracle.rolled(), ({ score }) => [score.language]), (value) => valueName('language', value, oracle.language), (items) => originals(items).length),
    'by-model': (oracle) => [...groups(oracle.rolled(), ({ stored }) => stored.model)].map(([model, entries]): Row => {
      const items = storedOf(entries);
      const feedback = originals(items).length;
      return [model, feedback, ratio(complaints(items), feedback), ratio(countOf(items, ({ score }) => score.sentiment === 'negative'), feedback), ratio(sum(items, ({ score }) => score.stars), feedback), ratio(sum(items, certainty), feedback)];
    }).sort(byNumber(1)),
    'complaints-by-model': (oracle) => seriesOverTime(spread(oracle.rolled(), ({ model }) => [model]), (value) => value, (items) => ratio(complaints(items), originals(items).length)),
    ...EXPECTED_VERSIONS,
  },
  pipeline: {
    'newest-age': (oracle) => newestAge(oracle.minutes(), oracle.nowMs),
    late: (oracle) => [[oracle.minutes().filter(({ item, createdAtMs }) => item.receivedAtMs > createdAtMs + HOUR_MS).length]],
    logs: (oracle) => {
      const items = oracle.minutes();
      if (items.length === 0) return [];
      const frames = items.filter(({ index }) => index === 0).length;
      const sequences = items.map(({ sequence }) => sequence);
      return [[oracle.logId, items.length, frames, ratio(items.length, frames), Math.min(...sequences), Math.max(...sequences), utc(newestOf(items))]];
    },
    rows: stat((items) => items.length),
    'repeat-share': stat((items) => ratio(items.length - originals(items).length, items.length)),
    'rows-over-time': (oracle) => overTime(oracle.rolled(), (items) => [originals(items).length, items.length - originals(items).length]),
    'arrival-delay': (oracle) => seriesOverTime(spread(oracle.rolled(), ofChannel), (value) => channelName(value, oracle), (items) => ratio(sum(items, delay), originals(items).length)),
  },
};

const newestOf = (items: readonly StoredItem[]): number => Math.max(...items.map(({ item }) => item.receivedAtMs));

/** Seconds as the engine counts them: how often the second changed. */
function newestAge(items: readonly StoredItem[], nowMs: number): Row[] {
  return items.length === 0 ? [] : [[Math.floor(nowMs / 1000) - Math.floor(newestOf(items) / 1000)]];
}

const HOUR_MS = 3_600_000;
const NOON_MS = 12 * HOUR_MS;

/** Noon of the day there lies in the same day of UTC; weeks begin on Monday. */
function mondayOf(dayMs: number): number {
  const date = new Date(dayMs + NOON_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
}

function monthOf(dayMs: number): number {
  const date = new Date(dayMs + NOON_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
