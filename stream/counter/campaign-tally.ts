import type { CampaignShare } from '../../core/alert.ts';
import type { Campaigns } from '../duplicates/campaigns.ts';
import { numbersOf } from '../duplicates/link.ts';
import type { DuplicateState } from '../duplicates/state.ts';
import type { AlertPlace, EventWindow } from './alert-writer.ts';

/** Campaigns told of one group, largest first. */
const CAMPAIGNS_SHOWN_MAX = 3;
/** Campaigns remembered of one group. */
const CAMPAIGNS_PER_KEY_MAX = 16;

/** Number of the campaign, its items counted in the group, event time of the latest. */
type Entry = [campaign: number, counted: number, lastAtMs: number];

/** Of one group, the one heard of last at the end. `savedTimes`: how often the tally had been saved when the entries were last copied. */
interface Tally {
  entries: Entry[];
  savedTimes: number;
}

/** Which groups the items of copied texts were counted in: so that an alert can say that 60 of its items are one text. */
export class CampaignTally {
  readonly #byKey: Map<number, Tally>;
  readonly #keysMax: number;
  #savedTimes = 0;

  constructor(keysMax: number, saved: readonly [number, Entry[]][] = []) {
    this.#keysMax = keysMax;
    this.#byKey = new Map(saved.map(([key, entries]) => [key, { entries, savedTimes: 0 }]));
  }

  /** An item of a campaign was counted in a group. */
  note(key: number, campaign: number, createdAtMs: number): void {
    const entries = this.#ownEntries(key);
    let at = entries.length - 1;
    while (at >= 0 && entries[at]![0] !== campaign) at--;
    const noted: Entry = at < 0 ? [campaign, 0, 0] : entries[at]!;
    noted[1]++;
    if (createdAtMs > noted[2]) noted[2] = createdAtMs;
    if (at >= 0 && at === entries.length - 1) return;
    // The first is the one to forget.
    if (at >= 0) entries.splice(at, 1);
    else if (entries.length === CAMPAIGNS_PER_KEY_MAX) entries.shift();
    entries.push(noted);
  }

  /** The campaigns of some groups that still go on and have an item later than `afterMs`, largest first. */
  of(keys: readonly number[], afterMs: number, campaigns: Campaigns): CampaignShare[] {
    const counted = new Map<number, number>();
    for (const key of keys) {
      for (const [campaign, items, lastAtMs] of this.#byKey.get(key)?.entries ?? []) if (lastAtMs > afterMs) counted.set(campaign, (counted.get(campaign) ?? 0) + items);
    }
    const shares: CampaignShare[] = [];
    for (const [number, items] of counted) {
      const group = campaigns.get(number);
      if (group !== undefined) shares.push({ of: group.firstId, ...numbersOf(group), counted: items });
    }
    return shares.sort((a, b) => b.counted - a.counted || (a.of < b.of ? -1 : 1)).slice(0, CAMPAIGNS_SHOWN_MAX);
  }

  forget(key: number): void {
    this.#byKey.delete(key);
  }

  save(): [number, Entry[]][] {
    this.#savedTimes++;
    return Array.from(this.#byKey, ([key, { entries }]) => [key, entries]);
  }

  /** Entries that may be changed: a state that was saved may still hold those of before. */
  #ownEntries(key: number): Entry[] {
    const tally = this.#byKey.get(key);
    if (tally === undefined) {
      const entries: Entry[] = [];
      this.#byKey.set(key, { entries, savedTimes: this.#savedTimes });
      if (this.#byKey.size > this.#keysMax) for (const oldest of this.#byKey.keys()) {
        this.#byKey.delete(oldest);
        break;
      }
      return entries;
    }
    if (tally.savedTimes !== this.#savedTimes) {
      tally.entries = tally.entries.map((entry): Entry => [...entry]);
      tally.savedTimes = this.#savedTimes;
    }
    return tally.entries;
  }
}

/** Copied texts among the items of a rule's window. */
export function campaignsOf({ duplicates }: { duplicates: DuplicateState | null }, { counted, ruleState, key }: AlertPlace, window: EventWindow): CampaignShare[] {
  if (duplicates === null) return [];
  return counted.conditions[ruleState.mark]!.campaigns.of([key], window.endMs - ruleState.rule.windowMs, duplicates.campaigns);
}
