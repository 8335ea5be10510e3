import { z } from 'zod';
import { ENTRY_SCHEMAS } from '../../../alerts/routing/book-schema.ts';
import { scheduleGaps } from '../../../alerts/routing/check-book.ts';
import { writeEntry } from '../../../alerts/routing/write-entry.ts';
import { nextHandOverMs, onCallAt } from '../../../alerts/schedules/on-call.ts';
import { HOLIDAYS_KNOWN_UNTIL_YEAR } from '../../../alerts/schedules/day-hours.ts';
import { BOOK_SECTIONS, type BookSection } from '../../../core/operation.ts';
import { DetailedError } from '../problem.ts';
import { JSON_TYPE, jsonReply, notFound, readJsonBody, readQuery, type Reply, type Route, type RouteRequest } from '../route.ts';
import type { Desk } from '../services.ts';
import type { Rules } from '../rules-service.ts';
import { warningsSchema } from './answer-schemas.ts';
import { actor, operationId } from './incident-schemas.ts';
import { matcherWarnings } from './matcher-warnings.ts';
import { matchersOf } from '../../../alerts/routing/matchers-of.ts';

const BODY_ERRORS = ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'conflict', 'overloaded', 'log_unavailable', 'draining'] as const;
const DAY_MS = 86_400_000;
const GAPS_AHEAD_MS = 30 * DAY_MS;

const NOUNS: Record<BookSection, string> = { users: 'user', teams: 'team', schedules: 'schedule', chains: 'escalation chain', routes: 'route', inhibitions: 'inhibition' };
const whoQuery = z.object({ actor, operationId });
const source = z.enum(['file', 'api']).describe('Entries from the routing file cannot be changed here.');
const entryView = z.object({ entry: z.looseObject({ id: z.string() }).describe('As it is written.'), source, warnings: warningsSchema });
const onCallSchema = z.object({
  at: z.string(), user: z.string().nullable(), by: z.enum(['override', 'rotation', 'gap']), untilAt: z.string().nullable(),
  gaps: z.array(z.object({ from: z.string(), to: z.string(), team: z.string().nullable().describe('Who takes over.') })).describe('Of the next 30 days.'),
  holidaysKnownUntil: z.int().describe('After this year Monday to Friday count as workdays.'),
});

type Book = { desk: Desk; rules: Rules };

/** /v1/users, /v1/teams, /v1/schedules, /v1/chains, /v1/routes, /v1/inhibitions: the routing book, entry by entry. */
export function bookRoutes(services: Book, nowMs: () => number): Route[] {
  const { desk } = services;
  return [...BOOK_SECTIONS.flatMap((section) => sectionRoutes(services, section)), onCallRoute(desk, nowMs)];
}

function sectionRoutes(services: Book, section: BookSection): Route[] {
  const { desk } = services;
  const noun = NOUNS[section];
  const path = `/v1/${section}`;
  const params = { id: `Id of the ${noun}.` };
  const name = section[0]!.toUpperCase() + section.slice(1);
  const one = { [JSON_TYPE]: entryView };
  const body = { [JSON_TYPE]: bodySchema(section) };
  return [
    {
      method: 'GET', path,
      operation: { id: `list${name}`, summary: `Every ${noun}`, tag: 'routing', answers: { 200: { description: 'In their order.', content: { [JSON_TYPE]: z.object({ [section]: z.array(entryView) }) } } }, errors: ['log_unavailable', 'draining'] },
      handle: async () => jsonReply(200, { [section]: await views(services, section, desk.book()[section]) }),
    },
    {
      method: 'POST', path, accepts: [JSON_TYPE],
      operation: { id: `create${name}`, summary: `Make a ${noun}`, tag: 'routing', body, answers: { 201: { description: 'In force from now on.', content: one } }, errors: BODY_ERRORS },
      handle: (request) => create(services, section, request),
    },
    {
      method: 'GET', path: `${path}/{id}`,
      operation: { id: `getOneOf${name}`, summary: `One ${noun}`, tag: 'routing', params, answers: { 200: { description: `The ${noun}.`, content: one } }, errors: ['not_found', 'log_unavailable', 'draining'] },
      handle: async ({ params: [id = ''] }) => jsonReply(200, (await views(services, section, [find(desk, section, id)]))[0]),
    },
    {
      method: 'PUT', path: `${path}/{id}`, accepts: [JSON_TYPE],
      operation: { id: `replaceOneOf${name}`, summary: `Replace a ${noun} that was made here`, tag: 'routing', params, body, answers: { 200: { description: 'As it is now.', content: one } }, errors: ['not_found', ...BODY_ERRORS] },
      async handle(request) {
        find(desk, section, request.params[0] ?? '');
        return jsonReply(200, await put(services, section, request, request.params[0]));
      },
    },
    {
      method: 'DELETE', path: `${path}/{id}`,
      operation: { id: `removeOneOf${name}`, summary: `Remove a ${noun} that was made here`, tag: 'routing', params, query: whoQuery, answers: { 204: { description: 'Removed.' } }, errors: ['not_found', 'conflict', 'invalid_request', 'unauthorized', 'overloaded', 'log_unavailable', 'draining'] },
      async handle(request) {
        const [id = ''] = request.params;
        find(desk, section, id);
        const { actor: who, operationId: given } = readQuery(whoQuery, request.query);
        await desk.submit({ actor: who, way: 'api', act: { kind: 'remove-entry', section, entryId: id }, ...(given === undefined ? {} : { id: given }) });
        return { status: 204, contentType: '', body: '' };
      },
    },
  ];
}

function bodySchema(section: BookSection) {
  return z.strictObject({ actor, operationId, entry: ENTRY_SCHEMAS[section] });
}

function onCallRoute(desk: Desk, nowMs: () => number): Route {
  return {
    method: 'GET', path: '/v1/schedules/{id}/on-call',
    operation: {
      id: 'getOnCall', summary: 'Who is on call now, until when, and when nobody is', tag: 'routing', params: { id: 'Id of the schedule.' },
      answers: { 200: { description: 'Now.', content: { [JSON_TYPE]: onCallSchema } } }, errors: ['not_found', 'log_unavailable', 'draining'],
    },
    handle({ params: [id = ''] }) {
      const atMs = nowMs();
      const book = desk.book();
      const schedule = book.schedules.find((each) => each.id === id);
      if (schedule === undefined) throw notFound('schedule');
      const untilMs = nextHandOverMs(schedule, atMs);
      return jsonReply(200, {
        at: new Date(atMs).toISOString(), ...onCallAt(schedule, atMs), untilAt: Number.isFinite(untilMs) ? new Date(untilMs).toISOString() : null,
        gaps: scheduleGaps({ ...book, schedules: [schedule] }, atMs, GAPS_AHEAD_MS).map(({ fromMs, toMs, team }) => ({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), team })),
        holidaysKnownUntil: HOLIDAYS_KNOWN_UNTIL_YEAR,
      });
    },
  };
}

async function create(services: Book, section: BookSection, request: RouteRequest): Promise<Reply> {
  const made = await put(services, section, request, undefined);
  return jsonReply(201, made, { location: `/v1/${section}/${encodeURIComponent(String(made.entry['id']))}` });
}

async function put(services: Book, section: BookSection, request: RouteRequest, addressed: string | undefined): Promise<z.input<typeof entryView>> {
  const { desk } = services;
  const { actor: who, operationId: given, entry } = readJsonBody(bodySchema(section), request);
  if (addressed !== undefined && entry.id !== addressed) throw new DetailedError('invalid_request', `id: it is ${entry.id}, the address says ${addressed}.`, { errors: [{ field: 'id', message: 'is not that of the address' }] });
  if (addressed === undefined && desk.book()[section].some(({ id }) => id === entry.id)) throw new DetailedError('conflict', `${NOUNS[section]} ${entry.id} exists already; PUT replaces it.`, {});
  await desk.submit({ actor: who, way: 'api', act: { kind: 'put-entry', section, entryId: entry.id, json: JSON.stringify(entry) }, ...(given === undefined ? {} : { id: given }) });
  return { ...(await views(services, section, [entry]))[0]!, source: 'api' };
}

function find(desk: Desk, section: BookSection, id: string): { id: string } {
  const found = desk.book()[section].find((entry) => entry.id === id);
  if (found === undefined) throw notFound(NOUNS[section]);
  return found;
}

async function views({ desk, rules }: Book, section: BookSection, entries: readonly { id: string }[]): Promise<z.input<typeof entryView>[]> {
  const judge = await rules.matcherJudge();
  return entries.map((entry) => ({ entry: writeEntry(section, entry as never) as { id: string }, source: desk.isOfFile(section, entry.id) ? 'file' : 'api', warnings: matcherWarnings(judge, matchersOf(section, entry)) }));
}
