import { stateBytes } from '../../stream/counter/state-bytes.ts';
import type { CounterState } from '../../stream/counter/state.ts';
import { duplicateBytes } from '../../stream/duplicates/state.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Goes through every group, which takes some milliseconds where there are many. */
const EVERY_MS = 15_000;

/** Tells how much the counter's state holds, now and then. @returns what stops it */
export function startCounterGauges(metrics: Pick<Metrics, 'setGauge'>, state: CounterState): () => void {
  const tell = (): void => {
    const { itemsHeld, arenaBytes, keyBytes, idBytes, customerBytes } = stateBytes(state);
    metrics.setGauge('tocsin_counter_items_held', itemsHeld);
    metrics.setGauge('tocsin_counter_bytes_held', arenaBytes + keyBytes + idBytes + customerBytes);
    if (state.duplicates === null) return;
    const links = duplicateBytes(state.duplicates);
    metrics.setGauge('tocsin_counter_texts_held', links.items);
    metrics.setGauge('tocsin_counter_duplicates_bytes_held', links.itemBytes + links.indexBytes + links.campaignBytes + links.historyBytes);
  };
  tell();
  const timer = setInterval(tell, EVERY_MS);
  return () => clearInterval(timer);
}
