import type { Rule } from '../../core/rule.ts';
import { comparisonOf, farthestAgoMs } from './watch/comparison.ts';

/** What a rule reads of its groups. */
export interface RuleWindows {
  /** Windows `(now − W, now]` whose counts are kept as they slide, milliseconds. The rule's own comes first. */
  windowsMs: number[];
  /** Items are held at least this long before now, milliseconds; at least the longest window. */
  keepMs: number;
}

/** Every rule kind says here what it reads; what is not said is not kept. */
export function windowsOf(rule: Rule): RuleWindows {
  const { windowMs, forMs = 0, keepFiringMs = 0 } = rule;
  // A group stays known while an alert of it may still wait, or be kept.
  const ownMs = windowMs + forMs + keepFiringMs;
  if (rule.kind === 'newTopic') return { windowsMs: [windowMs], keepMs: windowMs + rule.memoryMs };
  const comparison = rule.kind === 'spike' || rule.kind === 'absence' ? comparisonOf(rule) : null;
  if (comparison === null) return { windowsMs: [windowMs], keepMs: ownMs };
  // Counted as one long window, so that its past is filled in; its parts are walked to now and then.
  const longestMs = farthestAgoMs(comparison) + windowMs;
  return { windowsMs: [windowMs, longestMs], keepMs: Math.max(ownMs, longestMs) };
}
