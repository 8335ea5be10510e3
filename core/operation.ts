import type { AlertEvent } from './alert.ts';
import type { AlertSeverity, LocalText } from './rule.ts';

/** Where a command came from: shown in timelines. */
const OPERATION_WAYS = ['api', 'link', 'console', 'file', 'program'] as const;
export type OperationWay = (typeof OPERATION_WAYS)[number];

/**
 * Something that a person (or a program for one) wants done about incidents: one entry of the operations log.
 * `target` is the id of an incident or of any alert in it.
 */
export interface Operation {
  /** The same id again is the same operation: it is done once. */
  id: string;
  /** Who: an id such as `u1`, or a role such as `on-call`. */
  actor: string;
  way: OperationWay;
  act: OperationAct;
}

export type OperationAct =
  /** Stops the queued pages of the incident; expires after `forMs` (the policy's time when absent). */
  | { kind: 'acknowledge'; target: string; comment?: string; forMs?: number }
  | { kind: 'unacknowledge'; target: string; comment?: string }
  /** Takes the next step of the escalation chain now; refused where that is not `step` (from 1). */
  | { kind: 'escalate'; target: string; step?: number; comment?: string }
  /** `to`: the id of a user, or `auto` for whoever has the skills and the least to do. */
  | { kind: 'assign'; target: string; to: string; comment?: string }
  | { kind: 'resolve'; target: string; comment?: string }
  | { kind: 'comment'; target: string; text: string }
  /** Everything of `target` goes into the incident `into`. */
  | { kind: 'merge'; target: string; into: string; comment?: string }
  /** These alerts of `target` become an incident of their own. */
  | { kind: 'split'; target: string; alertIds: string[]; comment?: string }
  /**
   * A proof of the moment that was told of came to another number than was said. `counts`: of what; `volume`: what a share is of; `stillFires`: whether the alert
   * would have opened by the new number. All three are absent in what an older program wrote. `level`: it is the moment at which the alert reached that severity, and
   * `stillFires` whether it would have. `erased`: only because customers were erased since. `recalled`: the incident as it stands in the store, for a desk that has forgotten it.
   */
  | { kind: 'correct'; target: string; countThen: number; countNow: number; why: LocalText; counts?: CorrectedCounts; volume?: { then: number; now: number }; usual?: { then: CorrectedUsual; now: CorrectedUsual }; stillFires?: boolean; level?: AlertSeverity; erased?: true; recalled?: RecalledRecord }
  | { kind: 'silence'; silence: Silence }
  | { kind: 'remove-silence'; silenceId: string }
  /** A part of the routing book made over the API: what it is, its id, and its text as JSON. */
  | { kind: 'put-entry'; section: BookSection; entryId: string; json: string }
  | { kind: 'remove-entry'; section: BookSection; entryId: string };

/** `incident`: the record of one that is over, as the desk wrote it; `lead`: the opening of the alert that is spoken of. */
export interface RecalledRecord {
  incident: object;
  lead: AlertEvent;
}

/** What was expected at the hours of an alert, and the count that fires by it; of an absence it fires below that, where no less than `expectedMin` was expected. */
export interface CorrectedUsual {
  expected: number;
  fireAt: number;
  expectedMin?: number;
}

/** Two that are not known are the same. Pure. */
export function isSameUsual(one: CorrectedUsual | null | undefined, other: CorrectedUsual | null | undefined): boolean {
  return one?.expected === other?.expected && one?.fireAt === other?.fireAt;
}

/** What a corrected number is a number of. `voices`: customers, and texts where none is named. */
export type CorrectedCounts = 'items' | 'customers' | 'probability' | 'voices' | 'alerts';

export const BOOK_SECTIONS = ['users', 'teams', 'schedules', 'chains', 'routes', 'inhibitions'] as const;
export type BookSection = (typeof BOOK_SECTIONS)[number];

/** What a matcher looks at in an alert; `category`, `store` … are values of the alert's group. */
export const MATCH_FIELDS = [
  'rule', 'severity', 'workspace', 'category', 'channel', 'sentiment', 'language', 'product', 'store', 'region', 'agent', 'customerTier', 'customerGroup', 'customer', 'term',
] as const;
export type MatchField = (typeof MATCH_FIELDS)[number];
const MATCH_OPERATORS = ['=', '!=', '=~', '!~'] as const;
export type MatchOperator = (typeof MATCH_OPERATORS)[number];

/** `=~` and `!~` take an RE2 expression that the whole value must match. A field that an alert has not is the empty text. */
export interface Matcher {
  field: MatchField;
  operator: MatchOperator;
  value: string;
}

/** Pages of alerts that match all of it are held back. Times in milliseconds since the epoch. */
export interface Silence {
  id: string;
  matchers: Matcher[];
  author: string;
  reason: string;
  startsAtMs: number;
  /** For a recurring one: from then on it does not come again. Null: until it is removed; only for a recurring one. */
  endsAtMs: number | null;
  /** A maintenance window that comes again: begins at each time of the cron expression in the zone and lasts so long. */
  recurring?: { cron: string; timeZone: string; durationMs: number };
  createdAtMs: number;
}

/** What became of an operation; the reason of a refusal is a code and a sentence. */
export type OperationOutcome =
  | { operationId: string; done: true; incidentId?: string; repeated?: true }
  | { operationId: string; done: false; code: 'not_found' | 'conflict' | 'invalid_request'; message: string };

/** Mildest first. */
export const severityRank = (severity: AlertSeverity): number => ({ notice: 0, warning: 1, critical: 2 })[severity];
