import { z } from 'zod';
import { faultAdvice } from '../../../alerts/channels/fault-advice.ts';
import type { DeliveryRecord } from '../../../core/page.ts';
import type { LocalText } from '../../../core/rule.ts';
import { recordInChinese } from '../../words/error-in-chinese.ts';
import { JSON_TYPE, jsonReply, notFound, readQuery, type Route } from '../route.ts';
import type { Alerts } from '../services.ts';
import { alertDetailSchema, alertViewSchema, deliverySchema } from './answer-schemas.ts';
import { limit, workspace } from './query-fields.ts';

const ALERTS_MAX = 1_000;
const ID = { id: 'Id of the alert.' };

const alertsQuery = z.object({
  workspace,
  state: z.enum(['firing', 'resolved']).optional(),
  limit: limit(200, ALERTS_MAX),
});

export function alertRoutes(alerts: Alerts): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/alerts',
      operation: {
        id: 'listAlerts', summary: 'Alerts, newest first', tag: 'alerts', query: alertsQuery,
        answers: { 200: { description: 'Open ones and those that were.', content: { [JSON_TYPE]: z.object({ alerts: z.array(alertViewSchema) }) } } },
        errors: ['invalid_request', 'log_unavailable', 'draining'],
      },
      async handle(request) {
        const { state, ...query } = readQuery(alertsQuery, request.query);
        return jsonReply(200, { alerts: await alerts.list({ ...query, ...(state === undefined ? {} : { state }) }) });
      },
    },
    {
      method: 'GET',
      path: '/v1/alerts/{id}',
      operation: {
        id: 'getAlert', summary: 'One alert with its events', tag: 'alerts', params: ID,
        answers: { 200: { description: 'The alert.', content: { [JSON_TYPE]: alertDetailSchema } } },
        errors: ['not_found', 'log_unavailable', 'draining'],
      },
      async handle({ params: [id = ''] }) {
        const alert = await alerts.get(id);
        if (alert === null) throw notFound('alert');
        return jsonReply(200, alert);
      },
    },
    {
      method: 'GET',
      path: '/v1/alerts/{id}/deliveries',
      operation: {
        id: 'listDeliveries', summary: 'Every attempt to deliver the pages of an alert', tag: 'alerts', params: ID,
        answers: { 200: { description: 'Oldest first.', content: { [JSON_TYPE]: z.object({ deliveries: z.array(deliverySchema) }) } } },
        errors: ['not_found', 'log_unavailable', 'draining'],
      },
      async handle({ params: [id = ''] }) {
        const deliveries = await alerts.deliveries(id);
        if (deliveries === null) throw notFound('alert');
        return jsonReply(200, { deliveries: deliveries.map((record) => ({ ...record, detailZh: recordInChinese(record.detail), ...adviceOn(record) })) });
      },
    },
  ];
}

/** What to do about a fault, in both languages. */
function adviceOn({ fault }: DeliveryRecord): { advice?: LocalText } {
  const advice = fault === undefined ? undefined : faultAdvice(fault);
  return advice === undefined ? {} : { advice };
}
