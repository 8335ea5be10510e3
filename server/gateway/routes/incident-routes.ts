import { z } from 'zod';
import { nextStepOf } from '../../../alerts/incidents/climb-chain.ts';
import { INCIDENT_STATES } from '../../../alerts/incidents/incident.ts';
import type { Incident } from '../../../alerts/incidents/incident.ts';
import { incidentDetail, incidentRecord } from '../../../alerts/incidents/incident-view.ts';
import type { IncidentDetail, IncidentRecord } from '../../../alerts/incidents/incident-view.ts';
import { isMuted } from '../../../alerts/silences/is-muted.ts';
import type { OperationAct } from '../../../core/operation.ts';
import { maskText } from '../../admission/mask.ts';
import { TocsinError } from '../../../core/errors.ts';
import { JSON_TYPE, jsonReply, notFound, readJsonBody, readQuery, type Method, type Reply, type Route, type RouteRequest } from '../route.ts';
import type { Desk } from '../services.ts';
import { actBodies, incidentDetailSchema, incidentSchema, pendingSchema } from './incident-schemas.ts';
import { instant, limit, workspace } from './query-fields.ts';

const INCIDENTS_MAX = 1_000;
const ID = { id: 'Id of the incident, or of an alert in it.' };
const BODY_ERRORS = ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'not_found', 'conflict', 'overloaded', 'log_unavailable', 'store_unavailable', 'draining'] as const;

const incidentsQuery = z.object({ workspace, state: z.enum(INCIDENT_STATES).optional(), endedBefore: instant.optional().describe('RFC 3339: those that ended before it, the latest end first, from the store; however long ago.'), limit: limit(200, INCIDENTS_MAX) });

type ActKind = keyof typeof actBodies;
const SUMMARIES: Record<ActKind, string> = {
  acknowledge: 'Somebody has it: queued pages stop until it grows, or time is up',
  unacknowledge: 'Nobody has it any more',
  escalate: 'Take the next step of its escalation chain now',
  assign: 'Give it to somebody, who is told',
  resolve: 'It is over by somebody\'s word',
  comment: 'Say something on its timeline',
  merge: 'Everything of it goes into another incident',
  split: 'Some of its alerts become an incident of their own',
};

interface At {
  desk: Desk;
  nowMs: () => number;
}

export function incidentRoutes(desk: Desk, nowMs: () => number): Route[] {
  const kinds = Object.keys(actBodies) as ActKind[];
  return [
    {
      method: 'GET',
      path: '/v1/incidents',
      operation: {
        id: 'listIncidents', summary: 'Incidents, newest first', tag: 'alerts', query: incidentsQuery,
        answers: { 200: { description: 'Open ones and those that were.', content: { [JSON_TYPE]: z.object({ incidents: z.array(incidentSchema) }) } } },
        errors: ['invalid_request', 'log_unavailable', 'store_unavailable', 'draining'],
      },
      async handle(request) {
        const { endedBefore, ...query } = readQuery(incidentsQuery, request.query);
        if (endedBefore !== undefined) return jsonReply(200, { incidents: (await desk.pastList({ ...query, endedBeforeMs: endedBefore })).map(({ members: _members, timeline: _timeline, alertIds: _ids, ...record }) => record) });
        return jsonReply(200, { incidents: shown(desk, desk.incidents(query), nowMs()) });
      },
    },
    {
      method: 'GET',
      path: '/v1/incidents/{id}',
      operation: {
        id: 'getIncident', summary: 'One incident with its alerts and its timeline', tag: 'alerts', params: ID,
        answers: { 200: { description: 'The incident.', content: { [JSON_TYPE]: incidentDetailSchema } } },
        errors: ['not_found', 'log_unavailable', 'store_unavailable', 'draining'],
      },
      async handle({ params: [id = ''] }) {
        const incident = desk.incident(id);
        if (incident !== undefined) return jsonReply(200, detailOf(desk, incident, nowMs()));
        const past = await desk.past(id);
        if (past === null) throw notFound('incident');
        const { alertIds: _alertIds, ...detail } = past;
        return jsonReply(200, detail);
      },
    },
    ...kinds.map((kind) => actRoute({ desk, nowMs }, kind, 'incidents')),
    ...kinds.filter((kind) => kind !== 'merge' && kind !== 'split').map((kind) => actRoute({ desk, nowMs }, kind, 'alerts')),
  ];
}

function actRoute(at: At, kind: ActKind, under: 'incidents' | 'alerts'): Route {
  const body = actBodies[kind];
  return {
    method: 'POST' satisfies Method,
    path: `/v1/${under}/{id}/${kind}`,
    accepts: [JSON_TYPE],
    operation: {
      id: `${kind}${under === 'alerts' ? 'Alert' : 'Incident'}`, summary: SUMMARIES[kind], tag: 'alerts', params: ID, body: { [JSON_TYPE]: body },
      ...(under === 'alerts' ? { description: 'Acts on the incident that the alert belongs to.' } : {}),
      answers: {
        200: { description: 'Done: the incident as it is now.', content: { [JSON_TYPE]: incidentDetailSchema } },
        202: { description: 'Durable, and will be done; the desk has not come to it yet.', content: { [JSON_TYPE]: pendingSchema } },
      },
      errors: BODY_ERRORS,
    },
    handle: (request) => act(at, kind, request),
  };
}

async function act({ desk, nowMs }: At, kind: ActKind, request: RouteRequest): Promise<Reply> {
  const [id = ''] = request.params;
  const given = readJsonBody(actBodies[kind], request);
  const incident = desk.incident(id);
  if (incident === undefined) {
    const past = await desk.past(id);
    throw past === null ? notFound('incident') : new TocsinError('conflict', `The incident ${past.id} is over since ${new Date(past.resolvedAtMs ?? past.openedAtMs).toISOString()} and can only be read.`);
  }
  const outcome = await desk.submit({ actor: given.actor, way: 'api', act: actOf(kind, id, given), ...(given.operationId === undefined ? {} : { id: given.operationId }) });
  if (outcome.incidentId === undefined) return jsonReply(202, { operationId: outcome.operationId, pending: true });
  return jsonReply(200, detailOf(desk, desk.incident(outcome.incidentId) ?? incident, nowMs()));
}

/** As lists show them: silenced also where a silence came after the page. */
function shown(desk: Desk, incidents: readonly Incident[], nowMs: number): IncidentRecord[] {
  const silences = desk.silences();
  return incidents.map((incident) => {
    const record = incidentRecord(incident);
    return { ...record, silenced: record.silenced || isMuted(incident, silences, nowMs) };
  });
}

/** With whom the next step of its chain would tell now. */
function detailOf(desk: Desk, incident: Incident, nowMs: number): IncidentDetail {
  const { nextStep, ...rest } = incidentDetail(incident);
  const detail = { ...rest, silenced: rest.silenced || isMuted(incident, desk.silences(), nowMs) };
  if (nextStep === undefined) return detail;
  const who = nextStepOf({ book: desk.book(), nowMs }, incident)?.who;
  return { ...detail, nextStep: { ...nextStep, ...(who === undefined ? {} : { who }) } };
}

function actOf(kind: ActKind, target: string, given: Record<string, unknown>): OperationAct {
  const { actor: _actor, operationId: _operationId, forMinutes, comment, text, ...rest } = given as { forMinutes?: number; comment?: string; text?: string } & Record<string, unknown>;
  // What people write may hold what customers wrote: nothing unmasked goes onto a log.
  const words = { ...(comment === undefined ? {} : { comment: maskText(comment) }), ...(text === undefined ? {} : { text: maskText(text) }) };
  // The schema of this very kind has read it.
  return { kind, target, ...rest, ...words, ...(forMinutes === undefined ? {} : { forMs: forMinutes * 60_000 }) } as OperationAct;
}
