import type { Timers } from '../../core/clock.ts';
import type { PageOrder } from '../../core/page-order.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { compileWhere } from '../rules/compile-where.ts';
import { ITEMS_MIN } from './find-facets.ts';
import { findReason } from './find-reason.ts';
import type { Findings, NoFindings } from './findings.ts';

/** Reads stored items; see stream/store/reason-items.ts. */
export interface ItemSource {
  items(query: { workspace: string; group: PageOrder['event']['group']; afterMs: number; upToMs: number; rowsMax: number }): Promise<StoredItem[]>;
}

export interface GatherOptions {
  source: ItemSource;
  /** The rule's `where` as it is now; undefined for a rule that is gone, null where it has none. */
  whereOf(ruleId: string): string | null | undefined;
  timers: Timers;
  /** A page waits no longer for its findings; 0: no page has any. */
  waitMsMax: number;
}

/** Items of a window and before it that are looked at. */
const ITEMS_MAX = 400;
const BASELINE_MAX = 600;
/** How far before the window is looked. */
const BASELINE_MS = 7 * 86_400_000;
/** Enough earlier ones of the same group to say what is usual for it; else all groups are taken together. */
const BASELINE_OF_GROUP_MIN = 30;
const AT_ONCE_MAX = 4;
const REMEMBERED_MAX = 500;

/**
 * What the items of an alert have in common, asked of the store when its page is made and once for all its channels and
 * attempts. Bounded in time: a page never waits for it longer than it was told, and says why it has none.
 */
export class FindingsGatherer {
  readonly #options: GatherOptions;
  readonly #found = new Map<string, Promise<Findings | NoFindings>>();
  #underWay = 0;

  constructor(options: GatherOptions) {
    this.#options = options;
  }

  /** Null for a page that needs none: the end of an alert, and items too few to have anything in common, whose page does not wait for the store. Never rejects. */
  async of(order: PageOrder): Promise<Findings | NoFindings | null> {
    if (order.kind === 'resolved' || this.#options.waitMsMax === 0 || hasTooFew(order)) return null;
    const known = this.#found.get(order.id);
    if (known !== undefined) return await known;
    const found = this.#bounded(order);
    this.#found.set(order.id, found);
    const [oldest] = this.#found.keys();
    if (this.#found.size > REMEMBERED_MAX && oldest !== undefined) this.#found.delete(oldest);
    return await found;
  }

  #bounded(order: PageOrder): Promise<Findings | NoFindings> {
    if (this.#underWay >= AT_ONCE_MAX) return Promise.resolve('too-many-at-once');
    this.#underWay += 1;
    const work = this.#gather(order).finally(() => { this.#underWay -= 1; });
    return new Promise((resolve) => {
      const forget = this.#options.timers.after(this.#options.waitMsMax, () => resolve('too-slow'));
      work.then((found) => {
        forget();
        resolve(found);
      }, () => {
        forget();
        resolve('store-unavailable');
      });
    });
  }

  async #gather({ event }: PageOrder): Promise<Findings | NoFindings> {
    const { source, whereOf } = this.#options;
    const { workspace, group, windowMs, atMs, count } = event;
    const window = { fromMs: atMs - windowMs, toMs: atMs };
    const before = { workspace, afterMs: window.fromMs - BASELINE_MS, upToMs: window.fromMs, rowsMax: BASELINE_MAX };
    const [items, earlierOfGroup, earlier] = await Promise.all([
      source.items({ workspace, group, afterMs: window.fromMs, upToMs: window.toMs, rowsMax: ITEMS_MAX }),
      source.items({ ...before, group }),
      Object.keys(group).length === 0 ? Promise.resolve([]) : source.items({ ...before, group: {} }),
    ]);
    const where = whereOf(event.ruleId);
    const matches = where === null || where === undefined ? () => true : compileWhere(where);
    const counted = items.filter(matches);
    if (counted.length === 0) return 'nothing-stored-yet';
    const ofGroup = earlierOfGroup.filter(matches);
    const baseline = ofGroup.length >= BASELINE_OF_GROUP_MIN ? ofGroup : earlier.length === 0 ? ofGroup : earlier.filter(matches);
    return findReason({ items: counted, baseline, window, count, groupFields: Object.keys(group) });
  }
}

/** Of a measure's number nothing is known about how many items are behind it. */
function hasTooFew({ event }: PageOrder): boolean {
  return event.measure === undefined && event.count < ITEMS_MIN;
}
