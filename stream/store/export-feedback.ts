import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { TocsinError } from '../../core/errors.ts';
import type { Parameters, Store } from './clickhouse.ts';
import { quote } from './engine/engine.ts';
import { FEEDBACK_COLUMNS, type FeedbackColumn } from './feedback-row.ts';
import { searchConditions, type FeedbackSearch } from './search.ts';

export const EXPORT_FORMATS = ['csv', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export type FeedbackExport = Omit<FeedbackSearch, 'cursor' | 'limit'> & { format: ExportFormat };

const SECONDS_MAX = 3_600;
/** Rows that the writer holds at a time. */
const ROWS_PER_GROUP = 50_000;
/** Places on the log and what only a program needs. */
const LEFT_OUT: ReadonlySet<FeedbackColumn> = new Set(['id_given', 'log_id', 'log_sequence', 'log_index', 'customer_phone_hash', 'star_probabilities', 'category_deciders']);
/** What a customer writes may begin like a formula, which a spreadsheet would run. */
const FREE_TEXTS: ReadonlySet<FeedbackColumn> = new Set(['id', 'duplicate_of', 'campaign_of', 'customer_tier', 'customer_group', 'customer_region', 'text', 'product', 'order', 'ticket', 'agent', 'store', 'region', 'customer_id', 'customer_name', 'parent_id', 'attributes']);

/**
 * The stored items of a search, oldest first, as one file. Bounded in memory: a server sends it as it is made; the
 * embedded engine writes it into the data folder first, from where it is read and removed.
 * @throws TocsinError `store_unavailable`
 */
export async function* exportFeedback(store: Store, { format, ...search }: FeedbackExport): AsyncGenerator<Buffer> {
  const { query, parameters } = statement(store, format, search);
  const formatClause = format === 'csv' ? 'FORMAT CSVWithNames' : 'FORMAT Parquet';
  if (store.kind === 'server') {
    yield* (await store.stream(`${query} ${formatClause}`, parameters)) as AsyncIterable<Buffer>;
    return;
  }
  const folder = join(dirname(store.place), 'exports');
  const file = join(folder, `${randomUUID()}.${format}`);
  await mkdir(folder, { recursive: true });
  try {
    await drain(await store.stream(`${query} INTO OUTFILE ${quote(file)} ${formatClause}`, parameters));
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } finally {
    await rm(file, { force: true });
  }
}

function statement(store: Store, format: ExportFormat, search: Omit<FeedbackExport, 'format'>): { query: string; parameters: Parameters } {
  const { sql, parameters } = searchConditions(search);
  const columns = FEEDBACK_COLUMNS.filter((column) => !LEFT_OUT.has(column)).map((column) => (format === 'csv' && FREE_TEXTS.has(column)
    ? `if(match(\`${column}\`, '^[=+\\\\-@\\t\\r]'), concat('\\'', \`${column}\`), \`${column}\`) AS \`${column}\``
    : `\`${column}\``));
  return {
    // The aliases are the columns' names; the conditions are about the columns themselves.
    query: `SELECT ${columns.join(', ')} FROM (SELECT * FROM ${store.database}.feedback WHERE ${sql.join(' AND ')}) ORDER BY created_at, id
      SETTINGS max_execution_time = ${SECONDS_MAX}, output_format_parquet_row_group_size = ${ROWS_PER_GROUP}, output_format_parquet_string_as_string = 1, optimize_read_in_order = 1`,
    parameters,
  };
}

async function drain(answer: Readable): Promise<void> {
  try {
    for await (const _ of answer) void _;
  } catch (cause) {
    throw new TocsinError('store_unavailable', 'The export was broken off.', { retryable: true, cause });
  }
}
