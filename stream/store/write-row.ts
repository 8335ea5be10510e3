import type { CategoryScore } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { JsonBytes } from './json-bytes.ts';
import { finite, finiteOrNull, smallInteger, utcText } from './to-row.ts';

/** The line of a counted item: the bytes of `JSON.stringify(toRow(stored, logId))` and a line break, to which a property test holds it. */
export function writeRow(to: JsonBytes, stored: StoredItem, logId: string): void {
  const { item, score } = stored;
  const { customer } = item;
  const { probabilities } = score;
  to.plain('[').text(item.workspace).plain(',').text(item.id).plain(',"').plain(utcText(stored.createdAtMs)).plain('","').plain(utcText(item.receivedAtMs)).plain('",').text(item.channel).plain(',').text(item.text)
    .plain(',').text(score.language).plain(',').text(score.sentiment).plain(',').number(finite(probabilities[score.sentiment]))
    .plain(',').number(finite(probabilities.negative)).plain(',').number(finite(probabilities.neutral)).plain(',').number(finite(probabilities.positive))
    .plain(`,${score.stars}`);
  numbers(to, score.starProbabilities);
  to.plain(score.ratingConflict === true ? ',true' : ',false').plain(score.complaint ? ',true,' : ',false,').number(finite(score.complaintProbability)).plain(',').text(score.severity);
  categories(to, score.categories);
  to.plain(score.implicit ? ',true' : ',false');
  texts(to, score.keywords);
  optional(to, stored.duplicateOf);
  optional(to, stored.campaignOf);
  texts(to, stored.filled);
  to.plain(',').text(stored.model).plain(item.idGiven ? ',true' : ',false');
  if (customer === undefined) to.plain(NO_CUSTOMER);
  else for (const value of [customer.id, customer.name, customer.phone, customer.phoneHash, customer.tier, customer.group, customer.region]) optional(to, value);
  optional(to, item.product);
  optional(to, item.order);
  optional(to, item.ticket);
  optional(to, item.agent);
  optional(to, item.store);
  optional(to, item.region);
  to.plain(`,${smallInteger(item.rating)},${smallInteger(item.nps)},${finiteOrNull(item.waitSeconds)},${item.resolved ?? null}`);
  texts(to, item.tags);
  optional(to, item.parentId);
  optional(to, item.attributes === undefined ? undefined : JSON.stringify(item.attributes));
  to.plain(',').text(logId).plain(`,${stored.sequence},${stored.index}]\n`);
}

const NO_CUSTOMER = ',"","","","","","",""';

function optional(to: JsonBytes, value: string | undefined): void {
  if (value === undefined) to.plain(',""');
  else to.plain(',').text(value);
}

function texts(to: JsonBytes, values: readonly string[] | undefined): void {
  list(to, values ?? [], (value) => to.text(value));
}

function numbers(to: JsonBytes, values: readonly number[]): void {
  list(to, values, (value) => to.number(finite(value)));
}

function categories(to: JsonBytes, of: readonly CategoryScore[]): void {
  list(to, of, ({ id }) => to.text(id));
  list(to, of, ({ probability }) => to.number(finite(probability)));
  list(to, of, ({ decidedBy }) => to.text(decidedBy));
}

function list<T>(to: JsonBytes, values: readonly T[], write: (value: T) => void): void {
  to.plain(',[');
  for (let at = 0; at < values.length; at++) {
    if (at > 0) to.plain(',');
    write(values[at]!);
  }
  to.plain(']');
}
