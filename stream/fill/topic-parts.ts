import { compileWhere } from '../../alerts/rules/compile-where.ts';
import type { Timers } from '../../core/clock.ts';
import type { HistoryFill, ScoredItem } from '../../core/frame.ts';
import type { NewTopicRule } from '../../core/rule.ts';
import { termHash } from '../counter/watch/topics/topic-sketch.ts';
import { SKETCH_ROWS, TermSketch, emptyCells } from '../counter/watch/topics/term-sketch.ts';
import { topicTerms, WORKSPACES_MAX } from '../counter/watch/watch-topics.ts';
import { sleep } from '../system-timers.ts';
import { TextHash } from '../windows/hash.ts';
import type { Awaited } from './awaited-fills.ts';
import { PartBuilder, type HistoryItem } from './build-parts.ts';

/** Reads the items of before that a fill is made of. */
export interface ReadHistory {
  /** The next items after a place; none are left once `isLast`. */
  read(awaited: Awaited, after: string): Promise<{ items: HistoryItem[]; isLast: boolean }>;
}

/** Rows of a sketch in one entry of the log: 44 kB each. */
const ROWS_PER_PART = 2;
/** Texts whose terms are taken before other work has its turn. */
const TEXTS_PER_TURN = 200;
/** Places are those of the past, by number of part, and then of the window. */
const PAST = 'past ';
const WINDOW = 'window ';

export interface TopicAwaited extends Awaited {
  topic: NewTopicRule;
}

/**
 * The next parts of what a rule for new topics has to know of before: first, for each workspace, a sketch of how often terms were said before the
 * window, counted here; then the texts of the window. A fill that was cut short in the past counts it again and goes on with the part that is missing.
 */
export async function topicParts(history: ReadHistory, awaited: TopicAwaited, timers: Timers): Promise<{ parts: HistoryFill[]; items: number }> {
  const windowFromMs = awaited.sinceMs - awaited.topic.windowMs;
  if (awaited.place.startsWith(WINDOW)) return windowParts(history, { ...awaited, keepAfterMs: windowFromMs });
  const { sketches, items } = await sketchPast(history, { ...awaited, upToMs: windowFromMs }, timers);
  const { groupBy, where, ruleId, sinceSequence, sinceMs: atMs } = awaited;
  const parts: HistoryFill[] = [];
  for (const [workspace, { sketch, sinceMs }] of sketches) {
    const rows = sketch.rows(atMs).map(encodeRow);
    for (let fromRow = 0; fromRow < SKETCH_ROWS; fromRow += ROWS_PER_PART) {
      const at = parts.length;
      parts.push({
        kind: 'fill', groupBy: [...groupBy], where, ...(ruleId === undefined ? {} : { ruleId }), sinceSequence, after: at === 0 ? '' : `${PAST}${at}`, through: `${PAST}${at + 1}`, state: 'more', groups: [],
        sketch: { workspace, sinceMs, atMs, fromRow, rows: rows.slice(fromRow, fromRow + ROWS_PER_PART) },
      });
    }
  }
  const done = awaited.place.startsWith(PAST) ? Number(awaited.place.slice(PAST.length)) : 0;
  const last: HistoryFill = { kind: 'fill', groupBy: [...groupBy], where, ...(ruleId === undefined ? {} : { ruleId }), sinceSequence, after: parts.length === 0 ? '' : `${PAST}${parts.length}`, through: WINDOW, state: 'more', groups: [] };
  return { parts: [...parts.slice(done), last], items };
}

/** The store's own place stands after the word. */
async function windowParts(history: ReadHistory, awaited: TopicAwaited): Promise<{ parts: HistoryFill[]; items: number }> {
  const place = awaited.place.slice(WINDOW.length);
  const { items, isLast } = await history.read(awaited, place);
  const builder = new PartBuilder(awaited, awaited.place);
  const parts = builder.add(items.map(({ scored, place: at }) => ({ scored, place: `${WINDOW}${at}` })));
  const rest = builder.rest(isLast ? 'complete' : 'more');
  return { parts: rest === null ? parts : [...parts, rest], items: items.length };
}

interface Past {
  sketch: TermSketch;
  sinceMs: number;
}

async function sketchPast(history: ReadHistory, awaited: TopicAwaited, timers: Timers): Promise<{ sketches: Map<string, Past>; items: number }> {
  const sketches = new Map<string, Past>();
  const matches = awaited.where === '' ? () => true : compileWhere(awaited.where);
  const hash = new TextHash();
  let items = 0;
  for (let place = '', isLast = false; !isLast;) {
    const page = await history.read(awaited, place);
    isLast = page.isLast;
    place = page.items.at(-1)?.place ?? place;
    for (const [at, { scored }] of page.items.entries()) {
      if (at % TEXTS_PER_TURN === TEXTS_PER_TURN - 1) await sleep(timers, 0);
      if (matches(scored)) add(sketches, awaited, scored, hash);
    }
    items += page.items.length;
  }
  return { sketches, items };
}

function add(sketches: Map<string, Past>, { topic, sinceMs: atMs }: TopicAwaited, scored: ScoredItem, hash: TextHash): void {
  const { workspace, createdAtMs } = scored.item;
  let past = sketches.get(workspace);
  if (past === undefined && sketches.size >= WORKSPACES_MAX) return;
  if (past === undefined) sketches.set(workspace, (past = { sketch: new TermSketch(topic.memoryMs, { originMs: atMs, cells: emptyCells() }), sinceMs: createdAtMs }));
  past.sinceMs = Math.min(past.sinceMs, createdAtMs);
  for (const term of topicTerms(topic, scored)) past.sketch.add(...termHash(hash, term), createdAtMs);
}

function encodeRow(row: Float32Array): string {
  return Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString('base64');
}
