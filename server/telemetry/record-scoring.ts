import type { MetricMaker, Recorders } from './metric-maker.ts';

/** Frames on their way through logs and scorer; the model that is used. */
export function recordScoring({ counter, histogram }: MetricMaker) {
  const appended = histogram('tocsin_frame_append_seconds', 'Time until a frame is durable on its log.', ['log']);
  const appendedItems = counter('tocsin_frame_items_total', 'Items appended to a log.', ['log']);
  const appendedBytes = counter('tocsin_frame_bytes_total', 'Bytes appended to a log.', ['log']);
  const scored = histogram('tocsin_score_seconds', 'Time to score a frame, waiting included.');
  const scoredItems = counter('tocsin_items_scored_total', 'Items scored.');
  const dead = counter('tocsin_frames_dead_lettered_total', 'Frames put aside because they could not be processed.', ['stage', 'reason']);
  const modelChanges = counter('tocsin_model_changes_total', 'Models and taxonomies loaded while running, by outcome: switched, or refused.', ['outcome']);
  return {
    'frame-appended'(event) {
      appended.observe({ log: event.log }, event.durationMs / 1000);
      appendedItems.inc({ log: event.log }, event.items);
      appendedBytes.inc({ log: event.log }, event.bytes);
    },
    'frame-scored'(event) {
      scored.observe(event.durationMs / 1000);
      scoredItems.inc(event.items);
    },
    'frame-dead-lettered': (event) => dead.inc({ stage: event.stage, reason: event.reason }),
    'model-switched': () => modelChanges.inc({ outcome: 'switched' }),
    'model-refused': () => modelChanges.inc({ outcome: 'refused' }),
  } satisfies Partial<Recorders>;
}
