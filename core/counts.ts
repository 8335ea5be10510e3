import type { CampaignShare, GroupKey } from './alert.ts';
import type { Approaching, LowerBoundReason } from './live.ts';
import type { GroupField } from './rule.ts';

export interface CountsQuery {
  workspace: string;
  groupBy: GroupField[];
  windowMs: number;
  /** CEL; must be one that the counter keeps. */
  where?: string;
  /** Also the counts of the same window so long before now, milliseconds. */
  previousAgoMs?: number;
  /** Also those of the same window in up to so many weeks before. */
  weeks?: number;
}

export interface CountedGroup {
  key: GroupKey;
  count: number;
  distinctCustomers: number;
  /** False where `distinctCustomers` is an estimate; absent where it is exact. */
  distinctCustomersExact?: false;
  /** When the oldest item leaves the window; null for an empty group. */
  nextExpiryAtMs: number | null;
  /** Copied texts among the items, those with most of them first, at most three; absent where there are none. */
  campaigns?: CampaignShare[];
  /** Items in the same window `previousAgoMs` before; null where not all of it is held. Absent where it was not asked for. */
  previous?: number | null;
  /** Items in the same window of each week before that is held whole, the latest first. Absent where it was not asked for. */
  weeks?: number[];
}

/** Exact counts over `(asOfMs − windowMs, asOfMs]`, largest first. */
export interface CountsAnswer {
  asOfMs: number;
  lagMs: number;
  exact: boolean;
  lowerBound: LowerBoundReason[];
  groups: CountedGroup[];
  /** Groups of the workspace that will fire if items go on to come as they do, the soonest first; at most ten. */
  approaching?: Approaching[];
}
