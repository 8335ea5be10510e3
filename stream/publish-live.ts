import { auditTime, filter, groupBy, ignoreElements, map, merge, mergeMap, tap, type Observable, type SchedulerLike } from 'rxjs';
import { DEFAULT_WORKSPACE } from '../core/feedback.ts';
import type { BoardCounts, FeedbackGlimpse } from '../core/live.ts';
import type { StoredItem } from '../core/stored-item.ts';
import type { Counted } from './count-entries.ts';
import type { Broadcast } from './ports.ts';
import { SUBJECTS } from './subjects.ts';

/** Walls redraw at most this often; an alert is shown at once. */
const COUNTS_INTERVAL_MS = 200;
/** After an alert sooner, but not before it is on its way to people: a board takes milliseconds to make. */
const ALERT_COUNTS_INTERVAL_MS = 20;
export const GLIMPSES_INTERVAL_MS = 25;
/** Newest items shown per interval; a wall cannot show more. */
export const GLIMPSES_MAX = 20;

export interface PublishLiveParts {
  broadcast: Pick<Broadcast, 'publish'>;
  /** Counts of one workspace now. */
  board(workspace: string): BoardCounts;
  scheduler?: SchedulerLike;
}

/** Per workspace as they go out on the bus. */
export interface LiveGlimpses {
  workspace: string;
  items: FeedbackGlimpse[];
}

/** What was counted → board counts and glimpses of feedback, for whoever listens now. */
export function publishLive(counted: Observable<Counted>, parts: PublishLiveParts): Observable<never> {
  return merge(publishCounts(counted, parts), publishGlimpses(counted, parts)).pipe(ignoreElements());
}

function publishCounts(counted: Observable<Counted>, { broadcast, board, scheduler }: PublishLiveParts): Observable<unknown> {
  // A wall without feedback yet shows zeros and the age of its data, as any other.
  const workspaces = new Set<string>([DEFAULT_WORKSPACE]);
  const remember = ({ rows, events }: Counted): void => {
    for (const { item } of rows) workspaces.add(item.workspace);
    for (const { workspace } of events) workspaces.add(workspace);
  };
  const changed = counted.pipe(tap(remember));
  const due = merge(changed.pipe(filter(({ events }) => events.length > 0), auditTime(ALERT_COUNTS_INTERVAL_MS, scheduler)), changed.pipe(auditTime(COUNTS_INTERVAL_MS, scheduler)));
  return due.pipe(
    tap(() => {
      for (const workspace of workspaces) broadcast.publish(SUBJECTS.liveCounts, encode(board(workspace)));
    }),
  );
}

function publishGlimpses(counted: Observable<Counted>, { broadcast, scheduler }: PublishLiveParts): Observable<unknown> {
  const glimpses = counted.pipe(
    mergeMap(({ rows }) => newestByWorkspace(rows)),
    groupBy(({ workspace }) => workspace),
    mergeMap((group) => {
      let newest: FeedbackGlimpse[] = [];
      return group.pipe(
        tap(({ rows }) => {
          newest.push(...rows.map(glimpse));
          if (newest.length > GLIMPSES_MAX) newest = newest.slice(-GLIMPSES_MAX);
        }),
        auditTime(GLIMPSES_INTERVAL_MS, scheduler),
        map((): LiveGlimpses => {
          const items = newest;
          newest = [];
          return { workspace: group.key, items };
        }),
      );
    }),
  );
  return glimpses.pipe(tap((live) => broadcast.publish(SUBJECTS.liveFeedback, encode(live))));
}

/** The last few rows of each workspace, in their order: the others of a large frame are not shown, so nothing is made of them. */
function newestByWorkspace(rows: readonly StoredItem[]): { workspace: string; rows: StoredItem[] }[] {
  const newest = new Map<string, StoredItem[]>();
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at]!;
    const own = newest.get(row.item.workspace);
    if (own === undefined) newest.set(row.item.workspace, [row]);
    else if (own.length < GLIMPSES_MAX) own.push(row);
  }
  return [...newest].map(([workspace, own]) => ({ workspace, rows: own.reverse() }));
}

function glimpse({ item, score, createdAtMs }: StoredItem): FeedbackGlimpse {
  return {
    id: item.id,
    text: item.text,
    channel: item.channel,
    sentiment: score.sentiment,
    complaint: score.complaint,
    categories: score.categories.map(({ id }) => id),
    createdAtMs,
  };
}

function encode(value: BoardCounts | LiveGlimpses): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
