import type { LocalText } from '../../core/rule.ts';

export const PANEL_LANGUAGES = ['zh', 'en'] as const;
export type PanelLanguage = (typeof PANEL_LANGUAGES)[number];

/** How a query's rows are drawn. */
export type PanelKind = 'line' | 'bars' | 'stat' | 'rank' | 'table' | 'annotation';

/**
 * One panel of a board: what it asks and what it says. The SQL is as Grafana's ClickHouse data source takes it, with its
 * macros (`$__timeFilter(column)` …) and the board's variables (`${channel:singlequote}` …).
 *
 * Columns by kind: `line`, `bars`: `time`, then numbers, or `time`, `series`, one number; `stat`: one row of numbers;
 * `rank`: a name and a number; `table`: anything; `annotation`: `time`, `timeEnd`, `title`, `text`, `tags`.
 */
export interface PanelQuery {
  /** Unique within its board; letters, digits, `-`. */
  id: string;
  kind: PanelKind;
  title: LocalText;
  /** What is counted, from where, and how to read it. */
  description: LocalText;
  /** Said where the query answers no rows. */
  noData: LocalText;
  sql(language: PanelLanguage): string;
  /** Names of the columns that people see; columns not named here are shown as they are. */
  columns?: Record<string, ColumnLook>;
  /** Grafana's unit of the panel's numbers, such as `short`, `percentunit`, `s`, `ms`. */
  unit?: string;
  /** Grid units: the board is 24 wide. */
  width: number;
  height: number;
  /** Ascending; the first one has no `from`. Shown as colour and as a word, so that nobody depends on red and green. */
  levels?: Level[];
}

export interface ColumnLook {
  name: LocalText;
  unit?: string;
  /** Opens on a click; `${__value.raw}` and the like are Grafana's. */
  link?: { title: LocalText; url: string };
  widthPx?: number;
}

export interface Level {
  from?: number;
  color: string;
  word: LocalText;
}

/** A board: its panels in reading order. */
export interface Board {
  /** Unique among boards; also the file's name. At most 34 letters, digits, `-`, so that its uid fits Grafana's 40. */
  id: string;
  title: LocalText;
  description: LocalText;
  tags: string[];
  /** Default span, such as `now-24h`. */
  from: string;
  /** Such as `30s`; at least 10 s, so that many screens do not ask all the time. */
  refresh: string;
  /** Which of the shared variables the board's queries use. */
  variables: readonly string[];
  sections: Section[];
}

export interface Section {
  title: LocalText;
  panels: PanelQuery[];
}
