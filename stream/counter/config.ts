import type { DuplicateConfig } from '../duplicates/config.ts';

/** Limits and horizons of the counter. Every one holds for the whole state unless it says otherwise. */
export interface CounterConfig {
  /** An item whose event time is older than this when it arrives never opens or escalates an alert; it is stored and counted all the same. */
  latenessMaxMs: number;
  /** For this long after an id was last seen, the same id of the same workspace counts once; up to twice as long at times. */
  idHorizonMs: number;
  /** Ids remembered per horizon. Past it the horizon is cut short, and a notice says so. */
  idsMax: number;
  /** Groups of one series; items of further ones count together under an overflow group. At most 1,000,000. */
  keysMax: number;
  /** Customers remembered per horizon of the longest window. Past it a customer may count twice, and a notice says so. */
  customersMax: number;
  /** Distinct customers of a group are counted exactly up to here, and estimated beyond. */
  distinctExactMax: number;
  /** Groups of one series whose latest texts are kept for pages. */
  quotedGroupsMax: number;
  /** Length of a quoted text. */
  quoteCharsMax: number;
  /** Runs of raw frames that have not arrived yet while later ones have. */
  missingFramesMax: number;
  rulesMax: number;
  /** `none`: without the series that live boards show, for a run that has no boards. */
  boards: 'kept' | 'none';
  /** What boards show is held this long, at least 24 h: counts of earlier days and weeks come from it. */
  boardKeepMs: number;
  /**
   * A rule that counts what was not counted before waits for its window to be filled from the store, at most this long; then it
   * may fire on what it has. 0: it is not filled and does not wait.
   */
  fillWaitMaxMs: number;
  /** Repeats of one customer are linked and not counted, copied texts are marked, missing fields are filled. Null: nothing of it. */
  duplicates: DuplicateConfig | null;
  /** Where a calendar's days begin and end. */
  timeZone: string;
  /** With no entry on the log for longer than this the counter was away: what it did not see meanwhile is no silence. */
  awayAfterMs: number;
}

const HOUR_MS = 3_600_000;

export const COUNTER_DEFAULTS: Readonly<CounterConfig> = {
  latenessMaxMs: 48 * HOUR_MS,
  idHorizonMs: 7 * 24 * HOUR_MS,
  idsMax: 4_000_000,
  keysMax: 10_000,
  customersMax: 4_000_000,
  distinctExactMax: 65_536,
  quotedGroupsMax: 10_000,
  quoteCharsMax: 280,
  missingFramesMax: 10_000,
  rulesMax: 1_000,
  boards: 'kept',
  boardKeepMs: 24 * HOUR_MS,
  fillWaitMaxMs: 0,
  duplicates: null,
  timeZone: 'Asia/Shanghai',
  awayAfterMs: HOUR_MS / 60,
};

/** Live boards look back this far. */
export const BOARD_WINDOW_MS = 24 * HOUR_MS;
