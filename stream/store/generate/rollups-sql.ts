import { CATEGORY_IDS } from '../../../core/category.ts';
import { SENTIMENTS, SEVERITIES } from '../../../core/score.ts';
import type { Placement } from '../migrations/placement.ts';
import { COUNTS, ofRow, SUMS } from '../migrations/rollup-measures.ts';
import { CUSTOMERS, DAY, HOUR } from '../migrations/rollup-views.ts';
import { MODELS } from './history-sql.ts';
import type { HistoryPalette } from './palette.ts';

// What `rollup-views.ts` computes of any items, of made-up ones: their names are known before, so they are grouped by numbers, several in one key, which
// takes half of the time that names take, and dimensions of few values come from one grouping of all of their combinations.

/** Dimensions that are grouped together, four at most; an item has a name in each of the first. */
const TOGETHER = [
  ['model', 'language', 'severity', 'sentiment'], ['customer_tier', 'customer_group', 'channel'], ['region'], ['product'], ['store'], ['agent'],
] as const;
const ISSUES = ['product', 'store', 'agent'] as const;
type Field = (typeof TOGETHER)[number][number] | 'category';

/** A key is the start of its span in quarters of an hour, and four numbers: 21 bits and four times ten. Hours and days begin at such quarters in every zone. */
const NUMBER_BITS = 10;
const SLOT_SECONDS = 900;
const NUMBERS_PER_KEY = 4;
const NUMBERS_MAX = 2 ** NUMBER_BITS;

/** Names by their numbers, with the dimension of each. Number 0 is no name, of the dimension `all`. */
export interface NumberedNames extends Record<string, readonly string[]> {
  dimensions: readonly string[];
  values: readonly string[];
}

/** @throws RangeError where there are more names than numbers */
export function numberNames({ items }: HistoryPalette): NumberedNames {
  const drawn = (name: 'language' | 'tier' | 'group' | 'channel' | 'region' | 'product' | 'store' | 'agent'): string[] => [...new Set(items.map((item) => item[name]))].filter((value) => value !== '');
  const names: Record<Field, readonly string[]> = {
    model: MODELS, language: drawn('language'), severity: SEVERITIES, sentiment: SENTIMENTS, customer_tier: drawn('tier'), customer_group: drawn('group'), channel: drawn('channel'),
    region: drawn('region'), product: drawn('product'), store: drawn('store'), agent: drawn('agent'), category: CATEGORY_IDS,
  };
  const numbered = Object.entries(names).flatMap(([dimension, values]) => values.map((value) => ({ dimension, value })));
  if (numbered.length >= NUMBERS_MAX) throw new RangeError(`${numbered.length} names, ${NUMBERS_MAX - 1} numbers`);
  return { dimensions: ['all', ...numbered.map(({ dimension }) => dimension)], values: ['', ...numbered.map(({ value }) => value)] };
}

/** What makes a roll-up from the items, which the subquery `items` reads; `{workspace}`, `{dimensions}` and `{values}` are parameters. Days by dimension come from hours, by their view. */
export const HISTORY_ROLLUPS: Readonly<Record<'rollup_hour' | 'rollup_cross_day' | 'rollup_issue_day', (placement: Placement, names: NumberedNames, items: string) => string>> = {
  rollup_hour: hours, rollup_cross_day: crosses, rollup_issue_day: issues,
};

const BY_DIMENSION = [...COUNTS, ...SUMS];

function hours(placement: Placement, names: NumberedNames, items: string): string {
  const number = numbersOf(names);
  const slot = slotOf(HOUR(placement, 'created_at'));
  const keys = [...TOGETHER.map((fields) => packed(slot, fields.map((field) => number(field)))), packed(slot, categoryNumbers(number))];
  const sets = keys.map((_, at) => `key_${at}`);
  return `
SELECT {workspace:String} AS workspace, ${named('dimensions', 'number')} AS dimension, ${named('values', 'number')} AS value, ${timeOf('slot')} AS time,
${summed(BY_DIMENSION, 'set_', '')},
  ${CUSTOMERS.replace('(', 'MergeState(')}(set_customers) AS customers
FROM
(
  SELECT * EXCEPT (${sets.join(', ')}), ${sets.join(' + ')} AS key, ${slotIn('key')} AS slot,
    arrayJoin(arrayConcat(if(key_0 != 0, [0], []), arrayFilter(number -> number != 0, [${[3, 2, 1, 0].map((place) => numberIn('key', place)).join(', ')}]))) AS number
  FROM
  (
    SELECT ${sets.join(', ')},
${summed(BY_DIMENSION, 'row_', 'set_')},
      ${CUSTOMERS.replace('(', 'StateIf(')}(customer, has_customer) AS set_customers
    FROM
    (
      SELECT duplicate_of = '' AS original,
${ofRow(BY_DIMENSION)},
        cityHash64(workspace, if(customer_id != '', customer_id, customer_phone_hash)) AS customer, original AND (customer_id != '' OR customer_phone_hash != '') AS has_customer,
        ${keys.map((sql, at) => `${sql} AS key_${at}`).join(',\n        ')}
      FROM ${items}
    )
    GROUP BY GROUPING SETS (${sets.map((set) => `(${set})`).join(', ')})
  )
)
GROUP BY slot, number`;
}

function crosses(placement: Placement, names: NumberedNames, items: string): string {
  const number = numbersOf(names);
  return `
SELECT {workspace:String} AS workspace, ${named('values', 'own')} AS category, ${timeOf(slotIn('key'))} AS time,
  ${named('values', numberIn('key', 0))} AS channel, ${named('values', numberIn('place', 1))} AS region, ${named('values', numberIn('place', 0))} AS customer_group,
${summed(COUNTS, 'set_', '')}
FROM
(
  SELECT * EXCEPT (keys), ${withoutCategories('keys')} AS key, ${eachCategory('keys')} AS own
  FROM
  (
    SELECT keys, place,
${summed(COUNTS, 'row_', 'set_')}
    FROM
    (
      SELECT duplicate_of = '' AS original,
${ofRow(COUNTS)},
        ${packed(slotOf(DAY(placement, 'created_at')), [...categoryNumbers(number), number('channel')])} AS keys, ${packed('0', [number('region'), number('customer_group')])} AS place
      FROM ${items}
    )
    GROUP BY keys, place
  )
)
GROUP BY key, place, own`;
}

function issues(placement: Placement, names: NumberedNames, items: string): string {
  const number = numbersOf(names);
  const sets = ISSUES.map((_, at) => `key_${at}`);
  return `
SELECT {workspace:String} AS workspace, ${named('dimensions', numberIn('key', 0))} AS dimension, ${named('values', 'own')} AS category, ${named('values', numberIn('key', 0))} AS value, ${timeOf(slotIn('key'))} AS time,
${summed(COUNTS, 'set_', '')}
FROM
(
  SELECT * EXCEPT (${sets.join(', ')}), ${sets.join(' + ')} AS keys, ${withoutCategories('keys')} AS key, ${eachCategory('keys')} AS own
  FROM
  (
    SELECT ${sets.join(', ')},
${summed(COUNTS, 'row_', 'set_')}
    FROM
    (
      SELECT duplicate_of = '' AS original, ${packed(slotOf(DAY(placement, 'created_at')), [...categoryNumbers(number), '0'])} AS item_key,
${ofRow(COUNTS)},
        ${ISSUES.map((field, at) => `item_key + ${number(field)} AS key_${at}`).join(', ')}
      FROM ${items}
    )
    GROUP BY GROUPING SETS (${sets.map((set) => `(${set})`).join(', ')})
  )
  WHERE ${numberIn('keys', 0)} != 0
)
GROUP BY key, own`;
}

/** SQL of a name's number: of a field, or of an expression that holds one of its names; 0 where there is none. */
function numbersOf({ dimensions }: NumberedNames): (field: Field, expression?: string) => string {
  return (field, expression = field) => {
    const [first, end] = [dimensions.indexOf(field), dimensions.lastIndexOf(field) + 1];
    return first === -1 ? '0' : `toUInt64(transform(${expression}, arraySlice({values:Array(String)}, ${first + 1}, ${end - first}), range(${first}, ${end}), 0))`;
  };
}

/** A made-up item has one category or two, which may be the same. */
function categoryNumbers(number: (field: Field, expression?: string) => string): string[] {
  return [number('category', 'categories[1]'), number('category', "if(categories[2] = categories[1], '', categories[2])")];
}

/** A key of a slot and at most four numbers, the last one in its lowest bits. */
function packed(slot: string, numbers: readonly string[]): string {
  const places = numbers.map((number, at) => `bitShiftLeft(${number}, ${NUMBER_BITS * (numbers.length - 1 - at)})`);
  return [`bitShiftLeft(toUInt64(${slot}), ${NUMBERS_PER_KEY * NUMBER_BITS})`, ...places].join(' + ');
}

/** The number at a place of a key, 0 the last. */
function numberIn(key: string, place: number): string {
  return `bitAnd(bitShiftRight(${key}, ${place * NUMBER_BITS}), ${NUMBERS_MAX - 1})`;
}

/** Of a key with two categories before its last number: '' and each of them. */
function eachCategory(key: string): string {
  return `arrayJoin(arrayConcat([0], arrayFilter(number -> number != 0, [${numberIn(key, 2)}, ${numberIn(key, 1)}])))`;
}

function withoutCategories(key: string): string {
  return `${packed(slotIn(key), [numberIn(key, 0)])}`;
}

function slotOf(time: string): string {
  return `intDiv(toUInt32(${time}), ${SLOT_SECONDS})`;
}

function slotIn(key: string): string {
  return `bitShiftRight(${key}, ${NUMBERS_PER_KEY * NUMBER_BITS})`;
}

function timeOf(slot: string): string {
  return `toDateTime(${slot} * ${SLOT_SECONDS}, 'UTC')`;
}

function named(what: keyof NumberedNames, number: string): string {
  return `{${what}:Array(String)}[${number} + 1]`;
}

function summed(measures: readonly { name: string }[], from: 'row_' | 'set_', to: 'set_' | ''): string {
  return measures.map(({ name }) => `  sum(${from}${name}) AS ${to}${name}`).join(',\n');
}
