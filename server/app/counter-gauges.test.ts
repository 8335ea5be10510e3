import { describe, expect, it } from 'vitest';
import { createState } from '../../stream/counter/state.ts';
import { step } from '../../stream/counter/step.ts';
import { LogScript, START_MS, makeItem, makeRule } from '../../stream/counter/testing/entries.ts';
import { completeConfig } from '../../stream/duplicates/config.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { startCounterGauges } from './counter-gauges.ts';

describe('what the counter holds', () => {
  it('is shown as it is: items in windows, texts that a new one may repeat, and their bytes', async () => {
    const script = new LogScript();
    const state = createState({ duplicates: completeConfig({}) });
    step(state, script.rules(START_MS, [makeRule()]));
    const metrics = createMetrics();
    const read = async (name: string): Promise<number> => {
      startCounterGauges(metrics, state)();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await metrics.text())?.[1]);
    };
    expect(await read('tocsin_counter_items_held')).toBe(0);
    expect(await read('tocsin_counter_texts_held')).toBe(0);
    const emptyBytes = await read('tocsin_counter_duplicates_bytes_held');
    const texts = ['等了十天包裹还没有送到', '客服电话一直打不通', '屏幕拆封就有划痕'];
    step(state, script.frame(START_MS, texts.map((text, index) => makeItem({ text, customer: { id: `c${index}` } }))));
    // One group by channel and sentiment, one by category.
    expect(await read('tocsin_counter_items_held')).toBe(6);
    expect(await read('tocsin_counter_texts_held')).toBe(3);
    expect(await read('tocsin_counter_duplicates_bytes_held')).toBeGreaterThan(emptyBytes);
    expect(await read('tocsin_counter_bytes_held')).toBeGreaterThan(0);
  });
});
