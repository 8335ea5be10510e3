import { z } from 'zod';
import { wordsOf } from '../../health/health-board.ts';
import { JSON_TYPE, jsonReply, type Route } from '../route.ts';
import type { Health, MetricsText } from '../services.ts';
import { healthSchema } from './answer-schemas.ts';

export interface HealthRouteOptions {
  health: Health;
  metrics: MetricsText;
  isDraining: () => boolean;
}

export function healthRoutes({ health, metrics, isDraining }: HealthRouteOptions): Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      whileDraining: true,
      operation: {
        id: 'health', summary: 'Whether the process is alive', tag: 'operation',
        answers: { 200: { description: 'It is.', content: { [JSON_TYPE]: z.object({ status: z.literal('ok') }) } } },
        errors: [],
      },
      handle: () => jsonReply(200, { status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      whileDraining: true,
      operation: {
        id: 'readiness', summary: 'Whether every part does its work, and why not', tag: 'operation',
        answers: {
          200: { description: 'Every part does.', content: { [JSON_TYPE]: healthSchema } },
          503: { description: 'Some part does not; `parts` says which and why.', content: { [JSON_TYPE]: healthSchema } },
        },
        errors: [],
      },
      handle() {
        const report = health.report();
        const parts = isDraining() ? [...report.parts, wordsOf('gateway', false, 'shutting down')] : report.parts;
        const ready = report.ready && !isDraining();
        return jsonReply(ready ? 200 : 503, { ready, atMs: report.atMs, parts });
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      whileDraining: true,
      operation: {
        id: 'metrics', summary: 'Metrics in the text format of Prometheus', tag: 'operation',
        answers: { 200: { description: 'One sample a line.', content: { 'text/plain': z.string() } } },
        errors: [],
      },
      handle: async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() }),
    },
  ];
}
