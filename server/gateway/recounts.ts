import type { Proof } from '../../alerts/evidence/prove-alert.ts';
import type { EvidenceCount } from '../../alerts/links/evidence-page.ts';

/** Many open one page at once: a chat client previews a link for each of its readers. */
const KEPT_MS = 15_000;
const KEPT_MAX = 200;
/** Somebody looks at an empty page meanwhile. */
const WAIT_MS = 4_000;

/** Counts an alert's items again for pages: what was counted a moment ago, or is being counted, is not counted once more. */
export class Recounts {
  readonly #recount: (alertId: string) => Promise<Proof | null>;
  readonly #waitMs: number;
  readonly #known = new Map<string, Promise<EvidenceCount>>();

  /** `waitMs`: a count that takes longer goes on, and is there for who asks again. */
  constructor(recount: (alertId: string) => Promise<Proof | null>, waitMs = WAIT_MS) {
    this.#recount = recount;
    this.#waitMs = waitMs;
  }

  async of(alertId: string): Promise<EvidenceCount> {
    const counting = this.#known.get(alertId) ?? this.#begin(alertId);
    let forget: () => void = () => undefined;
    const tooLong = new Promise<EvidenceCount>((resolve) => {
      const timer = setTimeout(() => resolve({ state: 'takes-longer' }), this.#waitMs);
      forget = () => clearTimeout(timer);
    });
    return await Promise.race([counting, tooLong]).finally(() => forget());
  }

  #begin(alertId: string): Promise<EvidenceCount> {
    const counting = this.#count(alertId).then((count) => {
      if (count.state !== 'counted') this.#known.delete(alertId);
      else setTimeout(() => this.#known.delete(alertId), KEPT_MS).unref();
      return count;
    });
    this.#known.set(alertId, counting);
    return counting;
  }

  async #count(alertId: string): Promise<EvidenceCount> {
    // More than anybody opens at once: the store has enough to do.
    if (this.#known.size >= KEPT_MAX) return { state: 'not-now' };
    try {
      const proof = await this.#recount(alertId);
      return proof === null ? { state: 'not-now' } : { state: 'counted', proof };
    } catch {
      return { state: 'not-now' };
    }
  }
}
