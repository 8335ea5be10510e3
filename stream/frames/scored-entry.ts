import type { FilledGroup, FilledSketch, HistoryFill, ScoredEntry, ScoredFrame, ScoredItem } from '../../core/frame.ts';
import { GROUP_FIELDS, type GroupField, type Rule } from '../../core/rule.ts';
import type { Score } from '../../core/score.ts';
import { decodeScores, encodeScores } from './score-columns.ts';
import { corrupt, decodeTextFrame, encodeHeader, encodeTextFrame, headerNumber, headerText, isObject, parseItems, splitLastLine } from './text-frame.ts';
import type { HeaderFields, TextFrame } from './text-frame.ts';
import { encodeItem, isItem } from './raw-frame.ts';

/** A scored frame whose items are still the bytes of the raw frame. */
export interface ScoredBody extends Omit<ScoredFrame, 'kind' | 'items'> {
  /** From `rawBody`: a line for each of `scores`. */
  body: Uint8Array;
  scores: readonly Score[];
}

const encoder = new TextEncoder();

export function encodeScoredEntry(entry: ScoredEntry): Uint8Array {
  switch (entry.kind) {
    case 'scored':
      return encodeScoredBody({
        ...entry,
        body: encoder.encode(entry.items.map(({ item }) => `${encodeItem(item)}\n`).join('')),
        scores: entry.items.map(({ score }) => score),
      });
    case 'tick':
      return encodeTextFrame('tick', {}, []);
    case 'rules':
      return encodeTextFrame('rules', {}, entry.rules.map((rule) => JSON.stringify(rule)));
    case 'fill': {
      const { kind, groupBy, where, ruleId, sinceSequence, after, through, state, groups, sketch } = entry;
      const header = { groupBy: groupBy.join(), where, ...(ruleId === undefined ? {} : { ruleId }), sinceSequence, after, through, state };
      return encodeTextFrame(kind, header, [...groups, ...(sketch === undefined ? [] : [{ sketch }])].map((line) => JSON.stringify(line)));
    }
  }
}

/** Same bytes as `encodeScoredEntry`; the items' lines are taken as they are. */
export function encodeScoredBody(frame: ScoredBody): Uint8Array {
  const { rawSequence, gatheredAtMs, rawAtMs, takenAtMs, scoredAtMs, model, body, scores } = frame;
  const onTheWay: HeaderFields = rawAtMs === undefined || takenAtMs === undefined ? {} : { rawAtMs, takenAtMs };
  const fields: HeaderFields = { rawSequence, gatheredAtMs, ...onTheWay, scoredAtMs, model };
  const header = encoder.encode(encodeHeader({ version: 2, kind: 'scored', fields, count: scores.length }));
  const columns = encoder.encode(`${encodeScores(scores)}\n`);
  const bytes = new Uint8Array(header.length + body.length + columns.length);
  bytes.set(header);
  bytes.set(body, header.length);
  bytes.set(columns, header.length + body.length);
  return bytes;
}

/** @throws TocsinError `frame_corrupt` for an entry that is damaged, cut short, of another kind or of a newer version. */
export function decodeScoredEntry(bytes: Uint8Array): ScoredEntry {
  const frame = decodeTextFrame(bytes);
  switch (frame.kind) {
    case 'scored':
      return {
        kind: 'scored',
        rawSequence: headerNumber(frame, 'rawSequence'),
        gatheredAtMs: headerNumber(frame, 'gatheredAtMs'),
        ...(frame.header['rawAtMs'] === undefined ? {} : { rawAtMs: headerNumber(frame, 'rawAtMs'), takenAtMs: headerNumber(frame, 'takenAtMs') }),
        scoredAtMs: headerNumber(frame, 'scoredAtMs'),
        model: headerText(frame, 'model'),
        items: scoredItems(frame),
      };
    case 'tick':
      parseItems(frame);
      return { kind: 'tick' };
    case 'rules':
      return { kind: 'rules', rules: rules(frame) };
    case 'fill':
      return fill(frame);
    default:
      throw corrupt(`it is of kind "${frame.kind}", which no scored log holds`);
  }
}

function scoredItems(frame: TextFrame): ScoredItem[] {
  return frame.version === 1 ? scoredLines(frame) : scoredColumns(frame);
}

function scoredColumns(frame: TextFrame): ScoredItem[] {
  const { before, line } = splitLastLine(frame);
  const items = parseItems(before);
  const scores = decodeScores(line, items.length);
  return items.map((item, index): ScoredItem => {
    if (!isItem(item)) throw corrupt(`item ${index + 1} is not a scored piece of feedback`);
    return { item, score: scores[index]! };
  });
}

/** Version 1: each line has an item and its score. */
function scoredLines(frame: TextFrame): ScoredItem[] {
  const items = parseItems(frame);
  for (let index = 0; index < items.length; index++) {
    const entry = items[index];
    if (!isObject(entry) || !isItem(entry['item']) || !isScore(entry['score'])) {
      throw corrupt(`item ${index + 1} is not a scored piece of feedback`);
    }
  }
  return items as ScoredItem[];
}

function fill(frame: TextFrame): HistoryFill {
  const groupBy = headerText(frame, 'groupBy').split(',').filter((field) => field !== '');
  if (!groupBy.every((field) => (GROUP_FIELDS as readonly string[]).includes(field))) throw corrupt('it groups by a field that is not known');
  const state = headerText(frame, 'state');
  if (state !== 'more' && state !== 'complete') throw corrupt('its state is neither "more" nor "complete"');
  const lines = parseItems(frame);
  const last = lines.at(-1);
  const sketch = isObject(last) && isFilledSketch(last['sketch']) ? last['sketch'] : undefined;
  const groups = sketch === undefined ? lines : lines.slice(0, -1);
  for (let index = 0; index < groups.length; index++) {
    if (!isFilledGroup(groups[index], groupBy.length + 1)) throw corrupt(`item ${index + 1} is not a group of items`);
  }
  return {
    kind: 'fill',
    groupBy: groupBy as GroupField[],
    where: headerText(frame, 'where'),
    ...(frame.header['ruleId'] === undefined ? {} : { ruleId: headerText(frame, 'ruleId') }),
    sinceSequence: headerNumber(frame, 'sinceSequence'),
    after: headerText(frame, 'after'),
    through: headerText(frame, 'through'),
    state,
    groups: groups as FilledGroup[],
    ...(sketch === undefined ? {} : { sketch }),
  };
}

function isFilledGroup(value: unknown, width: number): value is FilledGroup {
  if (!isObject(value)) return false;
  const { key, timesMs, customers, thousandths, texts, languages, voices } = value;
  const isBeside = (list: unknown, type: 'number' | 'string'): boolean => list === undefined || (Array.isArray(list) && Array.isArray(timesMs) && list.length === timesMs.length && list.every((one) => typeof one === type));
  return Array.isArray(key) && key.length === width && key.every((text) => typeof text === 'string')
    && Array.isArray(timesMs) && timesMs.every((ms) => Number.isSafeInteger(ms))
    && Array.isArray(customers) && customers.length === timesMs.length && customers.every((id) => typeof id === 'string')
    && isBeside(thousandths, 'number') && isBeside(texts, 'string') && isBeside(languages, 'string') && isBeside(voices, 'number');
}

function isFilledSketch(value: unknown): value is FilledSketch {
  if (!isObject(value)) return false;
  const { workspace, sinceMs, atMs, fromRow, rows } = value;
  return typeof workspace === 'string' && Number.isSafeInteger(sinceMs) && Number.isSafeInteger(atMs) && Number.isSafeInteger(fromRow) && Array.isArray(rows) && rows.every((row) => typeof row === 'string');
}

function rules(frame: TextFrame): Rule[] {
  const items = parseItems(frame);
  for (let index = 0; index < items.length; index++) {
    const rule = items[index];
    if (!isObject(rule) || typeof rule['id'] !== 'string' || typeof rule['kind'] !== 'string') {
      throw corrupt(`item ${index + 1} is not a rule`);
    }
  }
  return items as Rule[];
}

function isScore(value: unknown): value is Score {
  return isObject(value)
    && typeof value['sentiment'] === 'string'
    && typeof value['severity'] === 'string'
    && typeof value['language'] === 'string'
    && typeof value['complaint'] === 'boolean'
    && Array.isArray(value['categories'])
    && value['categories'].every((category) => isObject(category) && typeof category['id'] === 'string');
}
