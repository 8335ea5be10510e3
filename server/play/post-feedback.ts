import type { Clock } from '../../core/clock.ts';
import type { FeedbackClient, PostResult, Posting, RefusedItem } from './feedback-client.ts';

export interface PostFeedbackOptions {
  client: Pick<FeedbackClient, 'post'>;
  clock: Clock;
  /** Items in one request. */
  batchItemsMax: number;
  /** Requests at once. */
  concurrency: number;
  /** After each answered request. */
  onProgress?: (progress: PostReport) => void;
  /** Told every refused item; the report keeps only the first few. */
  onRefused?: (item: RefusedItem) => void;
}

export interface PostReport {
  accepted: number;
  refused: number;
  /** The first {@link REFUSED_KEPT_MAX}. */
  refusedFirst: RefusedItem[];
  requests: number;
  retries: number;
  durationMs: number;
}

export const REFUSED_KEPT_MAX = 20;

/** What a source yields to have what it yielded so far sent at once: it is about to pause. */
export const FLUSH = Symbol('flush');
export type Postings = AsyncIterable<Posting | typeof FLUSH> | Iterable<Posting | typeof FLUSH>;

/**
 * Posts everything from a source, which is read no faster than the server takes it: at most `concurrency` batches are held.
 * With `concurrency` 1 items arrive in order.
 * @throws what the client or the source throws, once every running request has ended; what was accepted before stays accepted
 */
export async function postFeedback(source: Postings, options: PostFeedbackOptions): Promise<PostReport> {
  const { client, clock, batchItemsMax, concurrency, onProgress, onRefused } = options;
  const startedAtMs = clock.nowMs();
  const report: PostReport = { accepted: 0, refused: 0, refusedFirst: [], requests: 0, retries: 0, durationMs: 0 };
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;

  const take = (result: PostResult): void => {
    report.accepted += result.accepted;
    report.refused += result.refused.length;
    report.requests += 1;
    report.retries += result.retries;
    report.durationMs = clock.nowMs() - startedAtMs;
    for (const item of result.refused) {
      if (report.refusedFirst.length < REFUSED_KEPT_MAX) report.refusedFirst.push(item);
      onRefused?.(item);
    }
    onProgress?.(report);
  };
  const send = async (batch: Posting[]): Promise<void> => {
    const posted = client.post(batch).then(take).catch((error: unknown) => {
      failure ??= { error };
    }).finally(() => running.delete(posted));
    running.add(posted);
    if (running.size >= concurrency) await Promise.race(running);
  };

  let batch: Posting[] = [];
  try {
    for await (const posting of source) {
      if (failure !== undefined) break;
      if (posting !== FLUSH) batch.push(posting);
      if (batch.length === 0 || (posting !== FLUSH && batch.length < batchItemsMax)) continue;
      await send(batch);
      batch = [];
    }
    if (batch.length > 0 && failure === undefined) await send(batch);
  } catch (error) {
    failure ??= { error };
  }
  await Promise.all(running);
  if (failure !== undefined) throw failure.error;
  report.durationMs = clock.nowMs() - startedAtMs;
  return report;
}
