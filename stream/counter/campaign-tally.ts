import type { CampaignShare } from '../../core/alert.ts';
import type { Campaigns } from '../duplicates/campaigns.ts';
import { numbersOf } from '../duplicates/link.ts';
import type { DuplicateState } from '../duplicates/state.ts';
import type { AlertPlace, EventWindow } from './alert-writer.ts';

/** Campaigns told of one group, largest first. */
export const CAMPAIGNS_SHOWN_MAX = 3;
/** Campaigns remembered of one group. */
const CAMPAIGNS_PER_KEY_MAX = 16;

/** Number of the campaign, its items counted in the group, event time of the latest. */
type Entry = [campaign: number, counted: number, lastAtMs: number];

/** Which groups the items of copied texts were counted in: so that an alert can say that 60 of its items are one text. */
export class CampaignTally {
  readonly #byKey: Map<number, Entry[]>;
  readonly #keysMax: number;

  constructor(keysMax: number, saved: readonly [number, Entry[]][] = []) {
    this.#keysMax = keysMax;
    this.#byKey = new Map(saved);
  }

  /** An item of a campaign was counted in a group. */
  note(key: number, campaign: number, createdAtMs: number): void {
    // Another array each time: a saved state may still hold the one before.
    const entries = this.#byKey.get(key) ?? [];
    const known = entries.find(([number]) => number === campaign);
    const others = entries.filter((entry) => entry !== known);
    const noted: Entry = [campaign, (known?.[1] ?? 0) + 1, Math.max(known?.[2] ?? 0, createdAtMs)];
    // The one heard of last stands last; the first is the one to forget.
    this.#byKey.set(key, [...others.slice(Math.max(0, others.length + 1 - CAMPAIGNS_PER_KEY_MAX)), noted]);
    if (this.#byKey.size <= this.#keysMax) return;
    for (const oldest of this.#byKey.keys()) return void this.#byKey.delete(oldest);
  }

  /** The campaigns of some groups that still go on and have an item later than `afterMs`, largest first. */
  of(keys: readonly number[], afterMs: number, campaigns: Campaigns): CampaignShare[] {
    const counted = new Map<number, number>();
    for (const key of keys) {
      for (const [campaign, items, lastAtMs] of this.#byKey.get(key) ?? []) if (lastAtMs > afterMs) counted.set(campaign, (counted.get(campaign) ?? 0) + items);
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
    return [...this.#byKey];
  }
}

/** Copied texts among the items of a rule's window. */
export function campaignsOf({ duplicates }: { duplicates: DuplicateState | null }, { counted, ruleState, key }: AlertPlace, window: EventWindow): CampaignShare[] {
  if (duplicates === null) return [];
  return counted.conditions[ruleState.mark]!.campaigns.of([key], window.endMs - ruleState.rule.windowMs, duplicates.campaigns);
}
