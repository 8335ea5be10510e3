import { STAGES } from '../../core/stage.ts';
import type { MetricMaker, Recorders } from './metric-maker.ts';

/** Fine enough for the shares of a latency budget of some ten milliseconds. */
const STAGE_SECONDS_BUCKETS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60];

/** Items counted, and how long they spent in each stage until then. */
export function recordCounting({ counter, histogram }: MetricMaker) {
  const countedItems = counter('tocsin_items_counted_total', 'Items counted by the counter.');
  const repeats = counter('tocsin_items_repeated_total', 'Items stored and not counted because the same customer had said the same before.');
  const notices = counter('tocsin_counter_notices_total', 'Limits that the counter met and rules that do not work, by what it is.', ['kind']);
  const duplicates = counter('tocsin_items_duplicate_total', 'Items that had been counted before.');
  const endToEnd = histogram('tocsin_gather_to_count_seconds', 'From the gateway closing a frame to the counter having counted it.');
  const filled = counter('tocsin_items_filled_total', 'Stored items gone through to fill the windows of new rules.');
  const stages = histogram('tocsin_stage_seconds', 'How long a frame spent in one stage, from the times that it carries: gather, raw-log, score-wait, score, scored-log, count; then store (from counted to stored) and notify (from decided to delivered).', ['stage'], STAGE_SECONDS_BUCKETS);
  return {
    'frame-counted'(event) {
      countedItems.inc(event.items);
      duplicates.inc(event.duplicates);
      repeats.inc(event.repeats);
      endToEnd.observe(event.endToEndMs / 1000);
    },
    'counter-noticed': (event) => notices.inc({ kind: event.notice }),
    'stages-passed'(event) {
      for (const stage of STAGES) {
        const spentMs = event.stagesMs[stage];
        if (spentMs !== undefined) stages.observe({ stage }, spentMs / 1000);
      }
    },
    'history-filled': (event) => filled.inc(event.items),
  } satisfies Partial<Recorders>;
}
