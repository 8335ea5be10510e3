import type { MetricMaker, Recorders } from './metric-maker.ts';

/** Alert events, pages ordered from them and what became of each. */
export function recordAlerting({ counter, histogram }: MetricMaker) {
  const alerts = counter('tocsin_alert_events_total', 'Alert events.', ['event', 'rule']);
  const pagesOrdered = counter('tocsin_pages_ordered_total', 'Pages that the incident desk ordered, by why.', ['reason']);
  const deliveries = histogram('tocsin_delivery_seconds', 'Attempts to deliver a page.', ['channel', 'outcome']);
  const lost = counter('tocsin_pages_dead_total', 'Pages that were refused or given up: nobody got them over this channel.', ['channel']);
  const putOff = counter('tocsin_pages_put_off_total', 'Pages put off to keep within a channel\'s rate or for its digest.', ['channel']);
  const failedOver = counter('tocsin_pages_failed_over_total', 'Pages delivered over the second channel in place of the first.', ['channel', 'to']);
  return {
    'alert-published': (event) => alerts.inc({ event: event.event, rule: event.ruleId }),
    'page-ordered': (event) => pagesOrdered.inc({ reason: event.reason }),
    'delivery-attempted'(event) {
      if (event.outcome === 'failed') lost.inc({ channel: event.channel });
      deliveries.observe({ channel: event.channel, outcome: event.outcome }, event.durationMs / 1000);
    },
    'page-put-off': (event) => putOff.inc({ channel: event.channel }),
    'page-failed-over': (event) => failedOver.inc({ channel: event.channel, to: event.to }),
  } satisfies Partial<Recorders>;
}
