import type { MetricMaker, Recorders } from './metric-maker.ts';

/** Items taken and refused, requests answered and refused. */
export function recordIntake({ counter, histogram }: MetricMaker) {
  const admitted = counter('tocsin_items_admitted_total', 'Items admitted by the gateway.', ['channel']);
  const rejected = counter('tocsin_items_rejected_total', 'Items rejected by the gateway.', ['code']);
  const requests = histogram('tocsin_http_request_seconds', 'HTTP requests by route and status.', ['route', 'method', 'status']);
  const refused = counter('tocsin_requests_refused_total', 'Requests refused for a reason other than their content.', ['reason']);
  return {
    'items-admitted': (event) => admitted.inc({ channel: event.channel }, event.count),
    'items-rejected': (event) => rejected.inc({ code: event.code }, event.count),
    'request-finished': (event) => requests.observe({ route: event.route, method: event.method, status: String(event.status) }, event.durationMs / 1000),
    'request-refused': (event) => refused.inc({ reason: event.reason }),
  } satisfies Partial<Recorders>;
}
