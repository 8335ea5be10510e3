import type { GroupKey } from './alert.ts';
import type { LowerBoundReason } from './live.ts';
import type { GroupField } from './rule.ts';

export interface CountsQuery {
  workspace: string;
  groupBy: GroupField[];
  windowMs: number;
  /** CEL; must be one that the counter keeps. */
  where?: string;
}

export interface CountedGroup {
  key: GroupKey;
  count: number;
  distinctCustomers: number;
  /** False where `distinctCustomers` is an estimate; absent where it is exact. */
  distinctCustomersExact?: false;
  /** When the oldest item leaves the window; null for an empty group. */
  nextExpiryAtMs: number | null;
}

/** Exact counts over `(asOfMs − windowMs, asOfMs]`, largest first. */
export interface CountsAnswer {
  asOfMs: number;
  lagMs: number;
  exact: boolean;
  lowerBound: LowerBoundReason[];
  groups: CountedGroup[];
}
