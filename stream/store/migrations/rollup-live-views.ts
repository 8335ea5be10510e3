import type { Placement } from './placement.ts';
import { COUNTS, summedItems, SUMS } from './rollup-measures.ts';

/** Start of a span, as an expression over `created_at`. */
type Time = (placement: Placement) => string;
type Select = (placement: Placement) => string;

// What runs in each insert of the sink, for some hundreds or thousands of items: one row an item and key. The selects of
// `rollup-views.ts` compute the same for millions of items in a third of the time, but take 100 ms more to begin.

/** One row per dimension, value and time; values that an item lacks have none. */
export function liveByDimension(fields: readonly string[], customers: string, time: Time, also = ''): Select {
  const pairs = fields.map((field) => `('${field}', toString(${field}))`).join(', ');
  return (placement) => `
WITH duplicate_of = '' AS original, if(customer_id != '', customer_id, customer_phone_hash) AS customer
SELECT workspace, pair.1 AS dimension, pair.2 AS value, ${time(placement)} AS time,
${summedItems([...COUNTS, ...SUMS])},
  ${customers.replace('(', 'StateIf(')}(cityHash64(workspace, customer), original AND customer != '') AS customers
FROM ${placement.local('feedback')}
ARRAY JOIN arrayConcat([('all', ''), ${pairs}], arrayMap(category -> ('category', toString(category)), arrayDistinct(categories))) AS pair
WHERE (dimension = 'all' OR value != '') ${also}
GROUP BY workspace, dimension, value, time`;
}

export function liveCrossed(time: Time): Select {
  return (placement) => `
WITH duplicate_of = '' AS original
SELECT workspace, category, ${time(placement)} AS time, channel, region, customer_group,
${summedItems(COUNTS)}
FROM ${placement.local('feedback')}
ARRAY JOIN arrayConcat([''], arrayMap(id -> toString(id), arrayDistinct(categories))) AS category
GROUP BY workspace, category, time, channel, region, customer_group`;
}

export function liveIssues(fields: readonly string[], time: Time): Select {
  const pairs = fields.map((field) => `('${field}', toString(${field}))`).join(', ');
  return (placement) => `
WITH duplicate_of = '' AS original, arrayConcat([''], arrayMap(id -> toString(id), arrayDistinct(categories))) AS ids
SELECT workspace, triple.1 AS dimension, triple.3 AS category, triple.2 AS value, ${time(placement)} AS time,
${summedItems(COUNTS)}
FROM ${placement.local('feedback')}
ARRAY JOIN arrayFlatten(arrayMap(field -> arrayMap(id -> (field.1, field.2, id), ids), [${pairs}])) AS triple
WHERE value != ''
GROUP BY workspace, dimension, category, value, time`;
}
