import type { CampaignShare } from '../../core/alert.ts';
import type { Campaigns } from '../duplicates/campaigns.ts';
import { numbersOf } from '../duplicates/link.ts';
import type { DuplicateState } from '../duplicates/state.ts';
import type { AlertPlace, EventWindow } from './alert-writer.ts';

/** Campaigns told of one group, largest first. */
const CAMPAIGNS_SHOWN_MAX = 3;
/** Campaigns remembered of one group. */
const CAMPAIGNS_PER_KEY_MAX = 16;

/** As it is saved: number of the campaign, its items counted in the group, event time of the latest. */
type Entry = [campaign: number, counted: number, lastAtMs: number];

/** Numbers of an entry. */
const ENTRY = 3;
const COUNTED = 1;
const LAST_AT_MS = 2;

/** A group's key in its grouping, and its entries. */
export type SavedTally = readonly [key: number, entries: readonly Entry[]];

/** Of one group: entries one behind the other, that of the campaign heard of last at the end. `savedTimes`: how often the tally had been saved when they were last copied. */
interface Tally {
  entries: number[];
  savedTimes: number;
}

/** Entries as they stood when they were saved; arrays are made of them only when they are written. */
class SavedEntries {
  readonly #entries: readonly number[];

  constructor(entries: readonly number[]) {
    this.#entries = entries;
  }

  toJSON(): Entry[] {
    const entries = this.#entries;
    return Array.from({ length: entries.length / ENTRY }, (_, index): Entry => [entries[index * ENTRY]!, entries[index * ENTRY + COUNTED]!, entries[index * ENTRY + LAST_AT_MS]!]);
  }
}

/** Which groups the items of copied texts were counted in: so that an alert can say that 60 of its items are one text. */
export class CampaignTally {
  readonly #byKey: Map<number, Tally>;
  readonly #keysMax: number;
  /** Stands before the key that came first. Kept, since a new one would go past all places of keys that were deleted. */
  readonly #oldest: Iterator<number>;
  #savedTimes = 0;

  constructor(keysMax: number, saved: readonly SavedTally[] = []) {
    this.#keysMax = keysMax;
    this.#byKey = new Map(saved.map(([key, entries]) => [key, { entries: entries.flat(), savedTimes: 0 }]));
    this.#oldest = this.#byKey.keys();
  }

  /** An item of a campaign was counted in a group. */
  note(key: number, campaign: number, createdAtMs: number): void {
    const entries = this.#ownEntries(key);
    const last = entries.length - ENTRY;
    let at = last;
    while (at >= 0 && entries[at] !== campaign) at -= ENTRY;
    if (at < 0 && entries.length < CAMPAIGNS_PER_KEY_MAX * ENTRY) {
      entries.push(campaign, 1, createdAtMs);
      return;
    }
    // Where all places are taken the first is the one to forget.
    const counted = at < 0 ? 1 : entries[at + COUNTED]! + 1;
    const lastAtMs = at < 0 ? createdAtMs : Math.max(entries[at + LAST_AT_MS]!, createdAtMs);
    for (let to = Math.max(at, 0); to < last; to++) entries[to] = entries[to + ENTRY]!;
    entries[last] = campaign;
    entries[last + COUNTED] = counted;
    entries[last + LAST_AT_MS] = lastAtMs;
  }

  /** The campaigns of some groups that still go on and have an item later than `afterMs`, largest first. */
  of(keys: readonly number[], afterMs: number, campaigns: Campaigns): CampaignShare[] {
    const counted = new Map<number, number>();
    for (const key of keys) {
      const entries = this.#byKey.get(key)?.entries ?? [];
      for (let at = 0; at < entries.length; at += ENTRY) {
        if (entries[at + LAST_AT_MS]! > afterMs) counted.set(entries[at]!, (counted.get(entries[at]!) ?? 0) + entries[at + COUNTED]!);
      }
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

  /** JSON of it is a list of SavedTally. */
  save(): (readonly [key: number, entries: SavedEntries])[] {
    this.#savedTimes++;
    return Array.from(this.#byKey, ([key, { entries }]) => [key, new SavedEntries(entries)]);
  }

  /** Entries that may be changed: a state that was saved may still hold those of before. */
  #ownEntries(key: number): number[] {
    const tally = this.#byKey.get(key);
    if (tally === undefined) {
      const entries: number[] = [];
      this.#byKey.set(key, { entries, savedTimes: this.#savedTimes });
      if (this.#byKey.size > this.#keysMax) this.#byKey.delete(this.#oldest.next().value);
      return entries;
    }
    if (tally.savedTimes !== this.#savedTimes) {
      tally.entries = tally.entries.slice();
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
