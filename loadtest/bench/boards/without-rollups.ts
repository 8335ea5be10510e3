import { COUNTS, SUMS } from '../../../stream/store/migrations/rollup-measures.ts';

/** The items that a query may need: those of its span, cut to whole days outwards. */
export interface ItemSpan {
  fromMs: number;
  toMs: number;
  /** Zone of the days. */
  timeZone: string;
}

const DAY_MS = 86_400_000;
const SOURCE = /tocsin\.(rollup_\w+)(?: AS (\w+))?/g;
const MEASURES = [...COUNTS, ...SUMS].map(({ name, sql }) => `${sql} AS ${name}`).join(', ');

/**
 * The same query over the items themselves: each roll-up in it becomes the items of the span, one row each, with the columns
 * that the roll-up has. The query sums them as it sums the roll-up's rows; the engine leaves out what is not asked for. Null: the query reads no roll-up.
 */
export function withoutRollups(sql: string, span: ItemSpan): string | null {
  const places = [...sql.matchAll(SOURCE)];
  if (places.length === 0) return null;
  let text = '';
  let done = 0;
  for (const [at, place] of places.entries()) {
    const conditions = sql.slice(place.index, places[at + 1]?.index);
    const [found, table = '', alias = table] = place;
    text += `${sql.slice(done, place.index)}(${itemsAs(table, conditions, span)}) AS ${alias}`;
    done = place.index + found.length;
  }
  return text + sql.slice(done);
}

function itemsAs(table: string, conditions: string, { fromMs, toMs, timeZone }: ItemSpan): string {
  const time = table === 'rollup_minute' ? 'toStartOfMinute(created_at)' : `toDateTime(${table.endsWith('_hour') ? 'toStartOfHour' : 'toStartOfDay'}(created_at, '${timeZone}'), 'UTC')`;
  const dimension = /dimension = '(\w+)'/.exec(conditions)?.[1] ?? 'all';
  const columns = table.startsWith('rollup_cross')
    ? `${categoryOf(conditions)} AS category, channel, region, customer_group`
    : `'${dimension}' AS dimension, ${valueOf(dimension)} AS value${table.startsWith('rollup_issue') ? `, ${categoryOf(conditions)} AS category` : ''}`;
  // A value that an item lacks has no row in a roll-up.
  const known = table.startsWith('rollup_cross') || dimension === 'all' || dimension === 'category' ? '' : ` AND ${dimension} != ''`;
  return `SELECT workspace, ${time} AS time, ${columns}, duplicate_of = '' AS original, ${MEASURES} FROM tocsin.feedback WHERE created_at >= fromUnixTimestamp64Milli(${fromMs - DAY_MS}) AND created_at < fromUnixTimestamp64Milli(${toMs + DAY_MS})${known}`;
}

function valueOf(dimension: string): string {
  if (dimension === 'all') return "''";
  return dimension === 'category' ? 'arrayJoin(arrayMap(id -> toString(id), arrayDistinct(categories)))' : `toString(${dimension})`;
}

/** Category '' is an item counted once; a query that asks for one of the two kinds need not make the other. */
function categoryOf(conditions: string): string {
  const once = /\bcategory = ''/.test(conditions);
  const each = /\bcategory != ''/.test(conditions);
  if (once && !each && !/sumIf/.test(conditions)) return "''";
  const ids = 'arrayMap(id -> toString(id), arrayDistinct(categories))';
  return `arrayJoin(${each && !once ? ids : `arrayConcat([''], ${ids})`})`;
}
