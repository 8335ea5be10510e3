import { ALL, expandQuery, type Fill } from '../../../dashboards/grafana/testing/expand-query.ts';
import { BOARDS } from '../../../dashboards/queries/boards.ts';
import type { Board, PanelQuery } from '../../../dashboards/queries/panel.ts';
import { statSql } from '../../../dashboards/queries/stat-sql.ts';
import { withoutRollups } from './without-rollups.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/** Points that a panel over the whole width draws. */
const POINTS = 1_000;
const SPANS: Record<string, number> = { 'now-6h': DAY_MS / 4, 'now-7d': 7 * DAY_MS, 'now-30d': 30 * DAY_MS, 'now-90d': 90 * DAY_MS };

/** One panel's query over one span, as Grafana asks it. */
export interface AskedPanel {
  name: string;
  board: Board;
  panel: PanelQuery;
  span: 'default' | '12 months';
  /** Longest 95th percentile that is still good. */
  targetMs: number;
  sql: string;
  /** The same answer without what is kept ready: from the items, row by row. Null: the query reads the items, or other records, as it is. */
  fromItems: string | null;
}

/** Every panel of every board over its own span and over twelve months, up to `endMs`. `timeZone` is the one of the roll-ups' days. */
export function askedPanels(endMs: number, timeZone: string): AskedPanel[] {
  return BOARDS.flatMap((board) => board.sections.flatMap(({ panels }) => panels).flatMap((panel) => [
    asked(board, panel, { span: 'default', lengthMs: SPANS[board.from]!, targetMs: 300 }, { endMs, timeZone }),
    asked(board, panel, { span: '12 months', lengthMs: YEAR_MS, targetMs: 1_500 }, { endMs, timeZone }),
  ]));
}

interface Span {
  span: AskedPanel['span'];
  lengthMs: number;
  targetMs: number;
}

function asked(board: Board, panel: PanelQuery, { span, lengthMs, targetMs }: Span, { endMs, timeZone }: { endMs: number; timeZone: string }): AskedPanel {
  const fill: Fill = { fromMs: endMs - lengthMs, toMs: endMs, intervalMs: Math.max(1_000, Math.round(lengthMs / POINTS)), variables: { workspace: 'default', channel: ALL, region: ALL, customer_group: ALL } };
  const sql = expandQuery(panel.kind === 'stat' ? statSql(panel, 'zh') : panel.sql('zh'), fill);
  const spanBefore = board.id === 'top-issues' ? lengthMs : 0;
  const fromItems = sql.includes('AS minute FROM tocsin.feedback')
    ? `${sql} SETTINGS optimize_use_projections = 0`
    : withoutRollups(sql, { fromMs: fill.fromMs - spanBefore, toMs: fill.toMs, timeZone });
  return { name: `${board.id}/${panel.id}, ${span}`, board, panel, span, targetMs, sql, fromItems };
}

/** The same, ended by the engine after so many seconds. */
export function bounded(sql: string, seconds: number): string {
  return sql.includes(' SETTINGS ') ? `${sql}, max_execution_time = ${seconds}` : `${sql} SETTINGS max_execution_time = ${seconds}`;
}

/** Answers that may be compared: sums of fractions differ in their last digits with the order in which they are added. */
export function comparable(rows: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(rows), (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value));
}
