import type { StoredItem } from '../../core/stored-item.ts';
import type { FeedbackRow } from './feedback-row.ts';

/** What DateTime64(3, 'UTC') can hold: 1900-01-01 to the last millisecond of 2299. */
const EARLIEST_MS = -2_208_988_800_000;
const LATEST_MS = 10_413_791_999_999;
const UINT8_MAX = 255;

/**
 * The row of one counted item: the same item gives the same row, on every replay.
 *
 * Nothing that an item can hold makes the store refuse its row: a lone surrogate becomes U+FFFD, a number that is not
 * finite becomes 0 (null where the column is optional), a time outside 1900–2299 becomes the nearer end.
 */
export function toRow(stored: StoredItem, logId: string): FeedbackRow {
  const { item, score } = stored;
  const customer = item.customer;
  return [
    plain(item.workspace),
    plain(item.id),
    utcText(stored.createdAtMs),
    utcText(item.receivedAtMs),
    item.channel,
    plain(item.text),
    score.language,
    score.sentiment,
    finite(score.probabilities[score.sentiment]),
    finite(score.probabilities.negative),
    finite(score.probabilities.neutral),
    finite(score.probabilities.positive),
    score.stars,
    score.starProbabilities.map(finite),
    score.ratingConflict ?? false,
    score.complaint,
    finite(score.complaintProbability),
    score.severity,
    score.categories.map((category) => plain(category.id)),
    score.categories.map((category) => finite(category.probability)),
    score.categories.map((category) => category.decidedBy),
    score.implicit,
    score.keywords.map(plain),
    optional(stored.duplicateOf),
    optional(stored.campaignOf),
    stored.filled ?? [],
    plain(stored.model),
    item.idGiven,
    optional(customer?.id),
    optional(customer?.name),
    optional(customer?.phone),
    optional(customer?.phoneHash),
    optional(customer?.tier),
    optional(customer?.group),
    optional(customer?.region),
    optional(item.product),
    optional(item.order),
    optional(item.ticket),
    optional(item.agent),
    optional(item.store),
    optional(item.region),
    smallInteger(item.rating),
    smallInteger(item.nps),
    finiteOrNull(item.waitSeconds),
    item.resolved ?? null,
    item.tags?.map(plain) ?? [],
    optional(item.parentId),
    item.attributes === undefined ? '' : plain(JSON.stringify(item.attributes)),
    logId,
    stored.sequence,
    stored.index,
  ];
}

/** The last second that was written: most times of a batch lie in few seconds. */
let latestSecond = { ms: NaN, text: '' };

/** `YYYY-MM-DD hh:mm:ss.mmm` in UTC; exact to the millisecond. */
export function utcText(ms: number): string {
  const whole = Number.isNaN(ms) ? 0 : Math.trunc(Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS));
  const past = ((whole % 1_000) + 1_000) % 1_000;
  const secondMs = whole - past;
  if (secondMs !== latestSecond.ms) {
    const iso = new Date(secondMs).toISOString();
    latestSecond = { ms: secondMs, text: `${iso.slice(0, 10)} ${iso.slice(11, 20)}` };
  }
  return `${latestSecond.text}${past < 10 ? '00' : past < 100 ? '0' : ''}${past}`;
}

/** ClickHouse refuses the JSON escape of a high surrogate that stands alone, and stores that of a low one as invalid UTF-8. */
function plain(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** An absent text is the empty one: cheaper than Nullable, and no board tells them apart. */
function optional(text: string | undefined): string {
  return text === undefined ? '' : plain(text);
}

export function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

export function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

export function smallInteger(value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  return Math.min(Math.max(Math.round(value), 0), UINT8_MAX);
}
