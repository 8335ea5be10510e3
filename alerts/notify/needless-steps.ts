import type { PageOrder } from '../../core/page-order.ts';

/** Episodes remembered, the latest acknowledged. */
const EPISODES_MAX = 10_000;

/**
 * Which pages somebody's acknowledgement has made needless while they waited for a channel: the steps of the chain that were decided before it. It is
 * filled from the incidents log, from the oldest page that is not settled: so it knows of what was acknowledged before a restart, or handed to another
 * notifier. What it has forgotten goes out: a page too many, never one too few.
 */
export class NeedlessSteps {
  /** Number of the latest acknowledgement of each episode. */
  readonly #acknowledged = new Map<string, number>();

  hear({ reason, episodeId, number }: PageOrder): void {
    if (reason !== 'acknowledged') return;
    const latest = Math.max(number, this.#acknowledged.get(episodeId) ?? 0);
    this.#acknowledged.delete(episodeId);
    this.#acknowledged.set(episodeId, latest);
    const [oldest] = this.#acknowledged.keys();
    if (this.#acknowledged.size > EPISODES_MAX && oldest !== undefined) this.#acknowledged.delete(oldest);
  }

  has({ reason, episodeId, number }: PageOrder): boolean {
    return (reason === 'escalation-step' || reason === 'escalated-by-hand') && number < (this.#acknowledged.get(episodeId) ?? 0);
  }
}
