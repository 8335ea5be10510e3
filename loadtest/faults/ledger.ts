/** What became of one attempt to post a batch. */
export type Outcome =
  | { kind: 'accepted'; detail: string }
  /** 429 or 503; `problem`: whether the body says why. */
  | { kind: 'refused'; detail: string; problem: 'clear' | 'unclear' }
  /** No whole answer. */
  | { kind: 'broken'; detail: string }
  /** An answer that the API does not promise here. */
  | { kind: 'unexpected'; detail: string };

const UNEXPECTED_KEPT_MAX = 5;

/** The clients' own book: which ids were sent, which were answered 202, what else was answered. */
export class Ledger {
  readonly sent = new Set<string>();
  readonly sentInOrder: string[] = [];
  readonly acknowledged = new Set<string>();
  /** How often each outcome came, such as `refused 503`. */
  readonly outcomes = new Map<string, number>();
  /** The first few. */
  readonly unexpected: string[] = [];
  unexpectedAnswers = 0;
  unclearProblems = 0;
  repeatRequests = 0;
  requests = 0;
  /** When each 202 and each refusal came, ascending, by the monotonic clock. */
  readonly acceptedAtMs: number[] = [];
  readonly refusedAtMs: number[] = [];

  newId(prefix: string): string {
    const id = `${prefix}-${this.sent.size + 1}`;
    this.sent.add(id);
    this.sentInOrder.push(id);
    return id;
  }

  answered(outcome: Outcome, ids: readonly string[]): void {
    this.requests += 1;
    const name = `${outcome.kind} ${outcome.detail}`.slice(0, 80);
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    switch (outcome.kind) {
      case 'accepted':
        for (const id of ids) this.acknowledged.add(id);
        this.acceptedAtMs.push(performance.now());
        return;
      case 'refused':
        if (outcome.problem === 'unclear') this.unclearProblems += 1;
        this.refusedAtMs.push(performance.now());
        return;
      case 'unexpected':
        this.unexpectedAnswers += 1;
        if (this.unexpected.length < UNEXPECTED_KEPT_MAX) this.unexpected.push(outcome.detail);
        return;
      case 'broken':
    }
  }

  /** From `fromMs` to the first 202 after it; undefined when none came. */
  acceptedAfterMs(fromMs: number): number | undefined {
    const atMs = this.acceptedAtMs.find((each) => each > fromMs);
    return atMs === undefined ? undefined : atMs - fromMs;
  }
}
