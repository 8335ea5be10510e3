import type { BookSection, Matcher } from '../../core/operation.ts';
import type { GroupField, LocalText } from '../../core/rule.ts';

/** What alerts are gathered by into one incident: `rule`, `severity`, or a field of the alert's group. `alert`: each alert is an incident. */
export const GATHER_FIELDS = [
  'alert', 'rule', 'severity', 'category', 'channel', 'sentiment', 'language', 'product', 'store', 'region', 'agent', 'customerTier', 'customerGroup', 'customer', 'term',
] as const satisfies readonly (GroupField | 'alert' | 'rule' | 'severity' | 'term')[];
export type GatherField = (typeof GATHER_FIELDS)[number];

/** From one time of the day to another, in a zone; one that ends before it begins goes over midnight. */
export interface DayHours {
  /** Minutes since midnight. */
  fromMinute: number;
  toMinute: number;
  /** 1 Monday … 7 Sunday; all when empty. */
  weekdays: number[];
  timeZone: string;
  /** `workdays`: only on China's working days (make-up workdays included); `holidays`: only on its days off; `any`: both. */
  calendar: 'any' | 'workdays' | 'holidays';
}

export interface User {
  id: string;
  /** Names of channels, as rules use them under `notify`. */
  notify: string[];
  skills: string[];
  /** Pages below critical wait until these are over. */
  quietHours: DayHours | null;
}

export interface Team {
  id: string;
  title: LocalText;
  members: string[];
  /** Id of a user. */
  manager: string | null;
  /** Channels of the team as a whole. */
  notify: string[];
}

export interface Rotation {
  /** Users in their order. */
  users: string[];
  /** Length of one turn. */
  shiftMs: number;
  /** When the first user's first turn begins. */
  startsAtMs: number;
  /** In force only in these hours; null: always. */
  hours: DayHours | null;
}

export interface Override {
  user: string;
  fromMs: number;
  toMs: number;
}

export interface Schedule {
  id: string;
  timeZone: string;
  /** The first one that names somebody now counts. */
  rotations: Rotation[];
  overrides: Override[];
  /** Takes over in a gap; the book's default team when null. */
  fallbackTeam: string | null;
}

/** `user:u1`, `team:care`, `manager:care`, `everyone:care`, `schedule:primary`, `next:primary`, `channel:desk`, or a channel's bare name. */
export type Target = string;

export interface ChainStep {
  /** After the step before it, or after the first page. */
  waitMs: number;
  notify: Target[];
}

export interface Chain {
  id: string;
  steps: ChainStep[];
  /** How often all steps are taken again. */
  repeat: number;
}

export interface Route {
  id: string;
  when: Matcher[];
  /** Taken only in these hours, or only outside them. */
  hours: (DayHours & { within: 'inside' | 'outside' }) | null;
  notify: Target[];
  chain: string | null;
  gatherBy: GatherField[];
  /** How long the first page waits for more alerts of the incident. */
  waitMs: number;
  assign: 'auto' | null;
  skills: string[];
}

/** While `source` fires, pages of `target` are held back, where both stand for the same items. */
export interface Inhibition {
  id: string;
  source: Matcher[];
  target: Matcher[];
  /** Fields whose values must be the same in both. */
  equal: (GatherField | 'workspace')[];
  /** At least so much of the target's items must be items of the source too, 0 to 1. */
  sharedAtLeast: number;
}

export interface DeskPolicy {
  /** An alert of the same kind within this after the end continues the incident. */
  coolDownMs: number;
  /** How long an acknowledgement keeps quiet. */
  acknowledgedForMs: number;
  /** An acknowledged incident pages again when its count has grown by this factor. */
  growthFactor: number;
  /** So many re-openings within the time are flapping; it is over after that long without a change. */
  flapping: { reopenings: number; withinMs: number; quietMs: number };
}

/** Who is there and who gets what. */
export interface RoutingBook {
  users: User[];
  teams: Team[];
  schedules: Schedule[];
  chains: Chain[];
  routes: Route[];
  inhibitions: Inhibition[];
  /** For gaps and targets that come to nobody. */
  defaultTeam: string | null;
  policy: DeskPolicy;
}

export const DESK_POLICY: DeskPolicy = {
  coolDownMs: 10 * 60_000,
  acknowledgedForMs: 4 * 3_600_000,
  growthFactor: 2,
  flapping: { reopenings: 4, withinMs: 3_600_000, quietMs: 15 * 60_000 },
};

export const EMPTY_BOOK: RoutingBook = { users: [], teams: [], schedules: [], chains: [], routes: [], inhibitions: [], defaultTeam: null, policy: DESK_POLICY };

export type BookEntry<S extends BookSection> = RoutingBook[S][number];
