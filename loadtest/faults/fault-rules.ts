import type { GroupField } from '../../core/rule.ts';

/** A series that the counter keeps, in its own words and in those of SQL over the stored rows. */
export interface Grouping {
  groupBy: GroupField[];
  /** CEL; '' is every item. */
  where: string;
  /** The same condition over the columns of the feedback table. */
  sqlWhere: string;
}

export interface FaultRule extends Grouping {
  id: string;
  atLeast: number;
}

const COLUMNS: Partial<Record<GroupField, string>> = { category: 'category', channel: 'channel', sentiment: 'sentiment', product: 'product', customerTier: 'customer_tier', region: 'region' };

/** Several levels over many groups, so that alerts open all the time and not at the beginning only. */
export const FAULT_RULES: readonly FaultRule[] = [
  { id: 'complaint-burst', groupBy: ['category'], where: 'complaint', sqlWhere: 'complaint', atLeast: 50 },
  ...[5, 20, 60, 150, 400].map((atLeast): FaultRule => ({ id: `product-channel-${atLeast}`, groupBy: ['product', 'channel'], where: 'stars <= 2', sqlWhere: 'stars <= 2', atLeast })),
  ...[100, 300, 1_000, 3_000].map((atLeast): FaultRule => ({ id: `tier-${atLeast}`, groupBy: ['customerTier'], where: '', sqlWhere: '1', atLeast })),
];

/** What the live counts are compared in: those of the boards, and those of the rules. */
export const GROUPINGS: readonly Grouping[] = [
  { groupBy: ['channel', 'sentiment'], where: '', sqlWhere: '1' },
  { groupBy: ['category'], where: '', sqlWhere: '1' },
  { groupBy: [], where: 'complaint', sqlWhere: 'complaint' },
  { groupBy: ['category'], where: 'complaint', sqlWhere: 'complaint' },
  { groupBy: ['product', 'channel'], where: 'stars <= 2', sqlWhere: 'stars <= 2' },
  { groupBy: ['customerTier'], where: '', sqlWhere: '1' },
];

/** The rules as the YAML (which JSON is) of one rule file. The window is longer than any run: nothing expires, so what must have opened follows from the rows. */
export function ruleFile(rules: readonly FaultRule[]): string {
  return JSON.stringify(rules.map(({ id, groupBy, where, atLeast }) => ({
    id, title: { zh: id, en: id }, kind: 'threshold', groupBy, window: '24h', atLeast, resolveBelow: 1, severity: 'warning', notify: ['on-call'],
    ...(where === '' ? {} : { where }),
  })), null, 1);
}

/** Rows of [field…, count]. Linked duplicates do not count. */
export function countQuery({ groupBy, sqlWhere }: Grouping, database: string): string {
  const columns = groupBy.map((field) => COLUMNS[field] ?? field);
  const from = `FROM ${database}.feedback${groupBy.includes('category') ? ' ARRAY JOIN arrayDistinct(categories) AS category' : ''}`;
  const grouped = columns.length === 0 ? '' : `GROUP BY ${columns.join(', ')}`;
  return `SELECT ${[...columns, 'count()'].join(', ')} ${from} WHERE duplicate_of = '' AND ${sqlWhere} ${grouped}`;
}
