/** In the order in which they run: the calm ones first, what breaks something last. */
export const SCENARIO_NAMES = [
  'reference', 'bad-input', 'single-500', 'single-2000', 'single-5000', 'batch-100', 'flow', 'spike', 'connections', 'slow-clients', 'mixed',
  'slow-webhook', 'nats-restart', 'clickhouse-away', 'scorer-killed', 'soak',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];
