import type { Rule, ThresholdRule } from '../../../core/rule.ts';
import { CATEGORY_IDS } from '../../../core/category.ts';
import { Arrivals } from '../arrivals.ts';
import { Backtester } from '../backtester.ts';
import { itemsFromColumns } from '../items-from-columns.ts';

// Items a second of a backtest over columns in memory, one JSON object a line.
//   node --import ./stream/store/testing/typescript-hooks.mjs stream/backtest/testing/measure-backtest.ts [millions]
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const SPAN_DAYS = 30;
const BATCH = 20_000;
const PRODUCTS = 600;
const itemsWanted = Number(process.argv[2] ?? '2') * 1_000_000;

const rule = (id: string, over: Partial<ThresholdRule>): Rule => ({
  id, title: { zh: id, en: id }, kind: 'threshold', where: 'complaint', groupBy: ['category'], windowMs: DAY_MS,
  fireAt: 20_000, resolveBelow: 16_000, severity: 'warning', escalate: [], notify: [], ...over,
});
const ONE = [rule('one', {})];
const TEN = Array.from({ length: 10 }, (_, index) => rule(`rule-${index}`, {
  groupBy: index % 2 === 0 ? ['category', 'product'] : ['channel'], windowMs: (index + 1) * 3_600_000, fireAt: 40 * (index + 1), resolveBelow: 30 * (index + 1),
  where: index % 3 === 0 ? 'complaint' : 'complaint && stars <= 2',
}));

for (const [name, rules] of [['1 rule, 17 groups', ONE], ['10 rules, up to 10,200 groups each', TEN]] as const) {
  for (const arrival of ['created', 'received'] as const) measure(`backtest over columns, ${name}, by time ${arrival}`, rules, arrival);
}

function measure(name: string, rules: readonly Rule[], arrival: 'created' | 'received'): void {
  const options = { rules, fromMs: START_MS, toMs: START_MS + (SPAN_DAYS + 5) * DAY_MS, latenessMaxMs: 2 * DAY_MS };
  const tester = new Backtester(options, START_MS);
  const arrivals = new Arrivals();
  let spentMs = 0;
  for (let first = 0; first < itemsWanted; first += BATCH) {
    const columns = makeColumns(first);
    const fromMs = performance.now();
    const items = itemsFromColumns('default', columns as never);
    tester.feed(arrival === 'received' ? arrivals.add(items, columns.columns.createdAtMs.at(-1)!) : items, arrival);
    spentMs += performance.now() - fromMs;
  }
  const fromMs = performance.now();
  tester.feed(arrivals.rest(), arrival);
  const { alerts } = tester.finish();
  spentMs += performance.now() - fromMs;
  console.log(JSON.stringify({ name, value: Math.round((itemsWanted / spentMs) * 1_000), unit: 'items/s', alerts: alerts.length, target: 300_000, met: (itemsWanted / spentMs) * 1_000 >= 300_000 }));
}

/** One item in a hundred arrives up to an hour late, the others within two seconds. */
function makeColumns(first: number) {
  const place = Array.from({ length: BATCH }, (_, at) => first + at);
  const createdAtMs = place.map((at) => START_MS + Math.floor((at / itemsWanted) * SPAN_DAYS * DAY_MS));
  return {
    count: BATCH,
    columns: {
      createdAtMs,
      receivedAtMs: createdAtMs.map((ms, at) => ms + (hash(first + at, 1) % 100 === 0 ? hash(first + at, 2) % 3_600_000 : hash(first + at, 3) % 2_000)),
      complaint: place.map((at) => hash(at, 4) % 4 === 0),
      stars: place.map((at) => 1 + (hash(at, 5) % 5)),
      categories: place.map((at) => [CATEGORY_IDS[hash(at, 6) % CATEGORY_IDS.length]!]),
      channel: place.map((at) => (hash(at, 7) % 2 === 0 ? 'app' : 'web')),
      product: place.map((at) => `P${hash(at, 8) % PRODUCTS}`),
    },
  };
}

function hash(value: number, salt: number): number {
  let h = Math.imul(value ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
