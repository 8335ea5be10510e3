import type { Size } from '../command.ts';
import type { ScenarioName } from '../scenario-names.ts';
import { batchesToTheLimit } from './batches.ts';
import { badInput, manyConnections, mixed, slowClients } from './clients.ts';
import type { Scenario } from './context.ts';
import { natsRestart, slowWebhook } from './disturbances.ts';
import { wholeFlow } from './flow.ts';
import { steadySingles } from './single.ts';
import { soak } from './soak.ts';
import { clickhouseAway, scorerKilled } from './split.ts';
import { spike } from './spike.ts';

/** Those about ClickHouse and the scorer bring a server of their own; the others share the one of the run. */
export const SCENARIOS: Record<Exclude<ScenarioName, 'reference'>, Scenario> = {
  'single-500': steadySingles(500, 'judged'),
  'single-2000': steadySingles(2_000, 'judged'),
  'single-5000': steadySingles(5_000, 'told'),
  'batch-100': batchesToTheLimit,
  'flow': wholeFlow,
  spike,
  'connections': manyConnections,
  'slow-clients': slowClients,
  mixed,
  'bad-input': badInput,
  'slow-webhook': slowWebhook,
  'nats-restart': natsRestart,
  'clickhouse-away': clickhouseAway,
  'scorer-killed': scorerKilled,
  soak,
};

const SMOKE: readonly ScenarioName[] = ['single-500', 'flow', 'bad-input'];
const QUICK: readonly ScenarioName[] = ['reference', 'single-500', 'single-2000', 'single-5000', 'batch-100', 'flow', 'spike', 'bad-input'];
const FULL: readonly ScenarioName[] = [...QUICK, 'connections', 'slow-clients', 'mixed', 'slow-webhook', 'nats-restart', 'clickhouse-away', 'scorer-killed'];

/** Judged by what a bare handler does in the same run. */
const BESIDE_REFERENCE: readonly ScenarioName[] = ['single-5000'];

export function scenariosOf(size: Size, only: readonly ScenarioName[]): readonly ScenarioName[] {
  if (only.length > 0) return only.some((name) => BESIDE_REFERENCE.includes(name)) && !only.includes('reference') ? ['reference', ...only] : only;
  switch (size) {
    case 'smoke': return SMOKE;
    case 'quick': return QUICK;
    case 'full': return FULL;
  }
}
