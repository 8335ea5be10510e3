import type { ShareRule } from '../core/rule.ts';

export interface ShareInput {
  rule: Pick<ShareRule, 'shareAtLeast' | 'resolveShareBelow' | 'volumeMin' | 'fireAt'>;
  /** Matching items in the window. */
  count: number;
  /** Items that the share is of. */
  volume: number;
}

export interface ShareDecision {
  state: 'fires' | 'holds' | 'over';
  reason: 'share-reached' | 'volume-too-small' | 'too-few-items' | 'below-share' | 'below-resolve-share';
  /** 0 and up; above 1 where the condition of `of` leaves out items that match. */
  share: number;
  /** The count that would fire at this volume. */
  countThatFires: number;
}

/**
 * A share fires where it is reached, with at least `fireAt` matching items among at least `volumeMin`. It is over once it is below
 * `resolveShareBelow`, or where nothing matches any more; too small a volume alone ends nothing, because a share of few says little.
 */
export function decideShare({ rule, count, volume }: ShareInput): ShareDecision {
  const share = volume === 0 ? 0 : count / volume;
  const countThatFires = Math.max(rule.fireAt, ceilExactly(rule.shareAtLeast * Math.max(volume, rule.volumeMin)));
  const decided = (state: ShareDecision['state'], reason: ShareDecision['reason']): ShareDecision => ({ state, reason, share, countThatFires });
  if (count === 0 || (share < rule.resolveShareBelow && volume > 0)) return decided('over', 'below-resolve-share');
  if (volume < rule.volumeMin) return decided('holds', 'volume-too-small');
  if (count < rule.fireAt) return decided('holds', 'too-few-items');
  return share >= rule.shareAtLeast ? decided('fires', 'share-reached') : decided('holds', 'below-share');
}

/** The next whole number; 0.05 · 100 is 5 and not 6, though 5.000000000000001 is what comes out. */
function ceilExactly(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value - rounded) < 1e-9 * Math.max(1, value) ? rounded : Math.ceil(value);
}
