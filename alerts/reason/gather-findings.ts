import type { Timers } from '../../core/clock.ts';
import type { PageOrder } from '../../core/page-order.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { ItemsQuery, UnstoredQuery } from '../../stream/unstored-items.ts';
import { countedItems, type CountedItems } from './counted-items.ts';
import { findReason } from './find-reason.ts';
import type { Findings, NoFindings } from './findings.ts';

/** Where items are read from. */
export interface ItemSource {
  /** What is stored, newest first; see stream/store/reason-items.ts. */
  stored(query: ItemsQuery): Promise<StoredItem[]>;
  /** What is counted and not stored yet; see stream/unstored-items.ts. */
  unstored(query: UnstoredQuery): Promise<StoredItem[]>;
}

export interface GatherOptions {
  source: ItemSource;
  /** The rule's `where` as it is now; undefined for a rule that is gone, null where it has none. */
  whereOf(ruleId: string): string | null | undefined;
  timers: Timers;
  /** A page waits no longer for its findings; 0: no page has any. */
  waitMsMax: number;
}

/** What is asked about: a page order has all of it. */
export type ReasonQuestion = Pick<PageOrder, 'id' | 'kind' | 'event'>;

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

  /** Null for a page that needs none, which does not wait for the store: the end of an alert, a silence, items too few to have anything in common. Never rejects. */
  async of(order: ReasonQuestion): Promise<Findings | NoFindings | null> {
    const counted = order.kind === 'resolved' || this.#options.waitMsMax === 0 ? null : countedItems(order, this.#options.whereOf);
    if (counted === null) return null;
    const known = this.#found.get(order.id);
    if (known !== undefined) return await known;
    const found = this.#bounded(counted, order);
    this.#found.set(order.id, found);
    const [oldest] = this.#found.keys();
    if (this.#found.size > REMEMBERED_MAX && oldest !== undefined) this.#found.delete(oldest);
    return await found;
  }

  #bounded(counted: CountedItems, order: ReasonQuestion): Promise<Findings | NoFindings> {
    if (this.#underWay >= AT_ONCE_MAX) return Promise.resolve('too-many-at-once');
    this.#underWay += 1;
    return this.#gather(counted, order);
  }

  /** What the store has not said in time is left out; what the counter still holds is looked at all the same. */
  async #gather({ group, where, toMs, counts, isLike }: CountedItems, { event }: ReasonQuestion): Promise<Findings | NoFindings> {
    const { source } = this.#options;
    const { workspace, windowMs, count } = event;
    const window = { fromMs: toMs - windowMs, toMs };
    const inWindow: ItemsQuery = { workspace, group, afterMs: window.fromMs, upToMs: window.toMs, rowsMax: ITEMS_MAX };
    const before: ItemsQuery = { workspace, group, afterMs: window.fromMs - BASELINE_MS, upToMs: window.fromMs, rowsMax: BASELINE_MAX };
    // Before the store is asked for the same span: what is stored meanwhile is in both answers, and not in none.
    const counter = this.#inTime(source.unstored({ ...inWindow, where }), this.#options.waitMsMax / 2);
    const asked = Promise.all([
      counter.then(() => source.stored(inWindow)),
      source.stored(before),
      Object.keys(group).length === 0 ? Promise.resolve([]) : source.stored({ ...before, group: {} }),
    ]);
    asked.then(() => { this.#underWay -= 1; }, () => { this.#underWay -= 1; });
    const [said, answer] = await Promise.all([this.#inTime(asked, this.#options.waitMsMax), counter]);
    const unstored = typeof answer === 'string' ? [] : answer;
    const [items, earlierOfGroup, earlier] = typeof said === 'string' ? [[], [], []] : said;
    const inside = newest([...items, ...unstored], ITEMS_MAX).filter(counts);
    if (inside.length === 0) return typeof said === 'string' ? said : 'nothing-stored-yet';
    const ofGroup = earlierOfGroup.filter(isLike);
    const baseline = ofGroup.length >= BASELINE_OF_GROUP_MIN ? ofGroup : earlier.length === 0 ? ofGroup : earlier.filter(isLike);
    return findReason({ items: inside, baseline, window, count, groupFields: Object.keys(group) });
  }

  /** What it resolves with within that time, or why a page goes without it. */
  #inTime<T>(asked: Promise<T>, waitMsMax: number): Promise<T | 'too-slow' | 'store-unavailable'> {
    return new Promise((resolve) => {
      const forget = this.#options.timers.after(waitMsMax, () => resolve('too-slow'));
      asked.then(resolve, () => resolve('store-unavailable')).finally(forget);
    });
  }
}

/** The newest of them, each once: what is stored while it is asked for comes twice. */
function newest(items: readonly StoredItem[], most: number): StoredItem[] {
  const once = [...new Map(items.map((stored) => [stored.item.id, stored])).values()];
  return once.sort((a, b) => b.createdAtMs - a.createdAtMs).slice(0, most);
}
