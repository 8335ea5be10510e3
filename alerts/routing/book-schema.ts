import { z } from 'zod';
import type { BookSection } from '../../core/operation.ts';
import { GATHER_FIELDS } from './book.ts';
import type { Chain, Inhibition, Route, RoutingBook, Schedule, Team, User } from './book.ts';
import { DESK_POLICY } from './book.ts';
import { DEFAULT_ZONE, dayHours, hoursShape, id, ids, instant, matchers, span, targets, timeZone, toHours } from './fields.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LIST_MAX = 100;

const localText = z.strictObject({ zh: z.string().trim().min(1).max(200), en: z.string().trim().min(1).max(200) }, 'must be a text in both languages: {zh: …, en: …}');
const gatherField = z.enum(GATHER_FIELDS, `must be one of ${GATHER_FIELDS.join(', ')}`);

const user = z.strictObject({
  id,
  notify: targets(20).default([]).describe('Channels that reach this user.'),
  skills: ids(50),
  quietHours: dayHours.nullish().describe('Pages below critical wait until these are over.'),
}).transform((given): User => ({ ...given, quietHours: given.quietHours ?? null }));

const team = z.strictObject({
  id,
  title: localText.optional(),
  members: ids(LIST_MAX),
  manager: id.nullish(),
  notify: targets(20).default([]).describe('Channels of the team as a whole; without any, its members are told.'),
}).transform((given): Team => ({ ...given, title: given.title ?? { zh: given.id, en: given.id }, manager: given.manager ?? null }));

const rotation = z.strictObject({
  users: ids(LIST_MAX),
  every: span(MINUTE_MS, 366 * DAY_MS, '7d').describe('Length of one turn.'),
  startsAt: instant.describe('When the first user\'s first turn begins.'),
  hours: dayHours.nullish(),
}).transform(({ users, every, startsAt, hours }) => ({ users, shiftMs: every, startsAtMs: startsAt, hours: hours ?? null }));

const override = z.strictObject({ user: id, from: instant, to: instant })
  .refine(({ from, to }) => to > from, { path: ['to'], message: 'must be after from' })
  .transform(({ user: who, from, to }) => ({ user: who, fromMs: from, toMs: to }));

const schedule = z.strictObject({
  id,
  timeZone: timeZone.default(DEFAULT_ZONE),
  rotations: z.array(rotation, 'must be a list of rotations').max(20).default([]).describe('The first one that names somebody now counts.'),
  overrides: z.array(override, 'must be a list of overrides').max(1_000).default([]),
  fallbackTeam: id.nullish().describe('Takes over in a gap; the default team when absent.'),
}).transform((given): Schedule => ({ ...given, fallbackTeam: given.fallbackTeam ?? null }));

const chain = z.strictObject({
  id,
  steps: z.array(z.strictObject({ wait: span(0, 7 * DAY_MS, '10m'), notify: targets(20).min(1, 'must name somebody') }).transform(({ wait, notify }) => ({ waitMs: wait, notify })), 'must be a list of steps')
    .min(1, 'must have a step').max(20),
  repeat: z.int().min(0).max(20).default(0).describe('How often all steps are taken again.'),
}).transform((given): Chain => given);

const routeHours = z.strictObject({ ...hoursShape, within: z.enum(['inside', 'outside'], 'must be inside or outside').default('inside') }, 'must be hours, such as {from: "09:00", to: "18:00"}')
  .transform(({ within, ...hours }) => ({ ...toHours(hours), within }));

const route = z.strictObject({
  id,
  when: matchers.default([]).describe('Every matcher must hold.'),
  hours: routeHours.nullish(),
  notify: targets(20).default([]).describe('user:…, team:…, manager:…, everyone:…, schedule:…, next:…, channel:… or a channel\'s name; without any, the rule\'s own `notify`.'),
  chain: id.nullish(),
  gatherBy: z.array(gatherField, 'must be a list, such as [rule]').max(4).default(['alert']).describe('Alerts with the same values are one incident.'),
  wait: span(0, HOUR_MS, '30s').default(0).describe('How long the first page waits for more alerts of the incident.'),
  assign: z.enum(['auto'], 'must be auto').nullish(),
  skills: ids(20),
}).transform(({ wait, ...given }): Route => ({ ...given, hours: given.hours ?? null, chain: given.chain ?? null, assign: given.assign ?? null, waitMs: wait }));

const inhibition = z.strictObject({
  id,
  source: matchers.min(1, 'must say which alerts explain others'),
  target: matchers.min(1, 'must say which alerts are explained'),
  equal: z.array(z.enum([...GATHER_FIELDS, 'workspace'])).max(5).default([]),
  sharedAtLeast: z.number('must be a share from 0.5 to 1').min(0.5, 'must be at least 0.5').max(1, 'must be at most 1').default(0.9).describe('This share of the target\'s items must be items of the source too.'),
}).transform((given): Inhibition => given);

/** How each kind of entry is written, in the file and over the API; the output is the book's own form. */
export const ENTRY_SCHEMAS = { users: user, teams: team, schedules: schedule, chains: chain, routes: route, inhibitions: inhibition } as const satisfies Record<BookSection, z.ZodType>;

const policy = z.strictObject({
  coolDown: span(0, 7 * DAY_MS, '10m').default(DESK_POLICY.coolDownMs),
  acknowledgedFor: span(MINUTE_MS, 7 * DAY_MS, '4h').default(DESK_POLICY.acknowledgedForMs),
  growthFactor: z.number().min(1.1).max(100).default(DESK_POLICY.growthFactor),
  flapping: z.strictObject({
    reopenings: z.int().min(2).max(100).default(DESK_POLICY.flapping.reopenings),
    within: span(MINUTE_MS, 7 * DAY_MS, '1h').default(DESK_POLICY.flapping.withinMs),
    quiet: span(MINUTE_MS, DAY_MS, '15m').default(DESK_POLICY.flapping.quietMs),
  }).transform(({ reopenings, within, quiet }) => ({ reopenings, withinMs: within, quietMs: quiet })).default(DESK_POLICY.flapping),
}).transform(({ coolDown, acknowledgedFor, ...rest }) => ({ ...rest, coolDownMs: coolDown, acknowledgedForMs: acknowledgedFor }));

const entries = <T extends z.ZodType>(schema: T, noun: string) => z.array(schema, `must be a list of ${noun}`).max(1_000, 'has more than 1,000 entries').default([]);

/** A whole routing file. */
export const bookSchema = z.strictObject({
  defaultTeam: id.nullish(),
  policy: policy.default(DESK_POLICY),
  users: entries(user, 'users'),
  teams: entries(team, 'teams'),
  schedules: entries(schedule, 'schedules'),
  chains: entries(chain, 'chains'),
  routes: entries(route, 'routes'),
  inhibitions: entries(inhibition, 'inhibitions'),
}, 'must hold lists: users, teams, schedules, chains, routes, inhibitions').transform((given): RoutingBook => ({ ...given, defaultTeam: given.defaultTeam ?? null }));

/** Keys that are known, by the list they stand in; '' is the file itself. */
export const BOOK_KEYS: Record<string, readonly string[]> = {
  '': ['defaultTeam', 'policy', 'users', 'teams', 'schedules', 'chains', 'routes', 'inhibitions'],
  users: ['id', 'notify', 'skills', 'quietHours'],
  teams: ['id', 'title', 'members', 'manager', 'notify'],
  schedules: ['id', 'timeZone', 'rotations', 'overrides', 'fallbackTeam'],
  chains: ['id', 'steps', 'repeat'],
  routes: ['id', 'when', 'hours', 'notify', 'chain', 'gatherBy', 'wait', 'assign', 'skills'],
  inhibitions: ['id', 'source', 'target', 'equal', 'sharedAtLeast'],
};
