/** What one k6 run came to, from its summary. Times in milliseconds. */
export interface K6Outcome {
  /** When its first arrival was due, milliseconds since the epoch. */
  startedAtMs: number;
  /** Latency of answers 202, of each round, in their order; waiting for a connection included. */
  rounds: Latency[];
  /** Of all rounds. */
  all: Latency;
  acceptedItems: number;
  refusedItems: number;
  uncertainItems: number;
  unexpectedAnswers: number;
  badAnswered: number;
  /** Arrivals that k6 could not start in time: the load was not offered as planned. */
  dropped: number;
  iterations: number;
  wallMessages: number;
  queryLatency: Latency;
}

export interface Latency {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export interface K6Summary {
  startedAtMs: number;
  metrics: Record<string, { values: Record<string, number> } | undefined>;
}

const NONE: Latency = { count: 0, p50: NaN, p95: NaN, p99: NaN, max: NaN };

export function readSummary({ startedAtMs, metrics }: K6Summary, roundNames: readonly string[]): K6Outcome {
  const count = (name: string): number => metrics[name]?.values['count'] ?? 0;
  return {
    startedAtMs,
    rounds: roundNames.map((name) => latencyOf(metrics[`took{scenario:${name}}`]?.values)),
    all: latencyOf(metrics['took']?.values),
    acceptedItems: count('accepted_items'),
    refusedItems: count('refused_items'),
    uncertainItems: count('uncertain_items'),
    unexpectedAnswers: count('unexpected_answers'),
    badAnswered: count('bad_answered'),
    dropped: count('dropped_iterations'),
    iterations: count('iterations'),
    wallMessages: count('wall_messages'),
    queryLatency: latencyOf(metrics['query_took']?.values),
  };
}

function latencyOf(values: Record<string, number> | undefined): Latency {
  if (values === undefined || !((values['count'] ?? 0) > 0)) return NONE;
  return { count: values['count'] ?? 0, p50: values['med'] ?? NaN, p95: values['p(95)'] ?? NaN, p99: values['p(99)'] ?? NaN, max: values['max'] ?? NaN };
}
