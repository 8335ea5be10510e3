import { afterEach, describe, expect, it } from 'vitest';
import type { DeliveryRecord } from '../../core/page.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { encodeJson } from '../../stream/frames/record.ts';
import { DELIVERY_LIST_LIMITS, DeliveryList } from './delivery-list.ts';

const started: DeliveryList[] = [];
afterEach(() => {
  for (const list of started.splice(0)) list.stop();
});

function attempt(alertId: string, number: number): DeliveryRecord {
  return {
    idempotencyKey: `${alertId}:hook`, alertId, eventId: alertId, eventKind: 'opened', channelId: 'hook', channelKind: 'webhook',
    attempt: number, outcome: 'retrying', detail: 'HTTP 503', atMs: number, durationMs: 1,
  };
}
async function listOf(records: readonly DeliveryRecord[], limits = DELIVERY_LIST_LIMITS): Promise<DeliveryList> {
  const bus = new MemoryBus({ clock: { nowMs: () => 0 } });
  let id = 0;
  for (const record of records) await bus.log('deliveries').append(encodeJson('delivery', record), String(id++));
  const list = new DeliveryList({ log: bus.log('deliveries'), telemetry: () => undefined, limits });
  started.push(list);
  await list.start();
  return list;
}
const attempts = (list: DeliveryList, alertId: string): number[] => list.of(alertId).map((record) => record.attempt);

describe('the deliveries of an alert', () => {
  it('are listed in the order in which they were tried', async () => {
    const list = await listOf([attempt('a', 1), attempt('b', 1), attempt('a', 2)]);
    expect(attempts(list, 'a')).toEqual([1, 2]);
    expect(list.of('b')).toEqual([attempt('b', 1)]);
    expect(list.of('none')).toEqual([]);
  });

  it('keep how it began and how it stands when there are too many', async () => {
    const list = await listOf(Array.from({ length: 50 }, (_, index) => attempt('a', index + 1)), { ...DELIVERY_LIST_LIMITS, recordsPerAlertMax: 6 });
    expect(attempts(list, 'a')).toEqual([1, 2, 3, 48, 49, 50]);
  });

  it('are forgotten for the alert that was quiet for longest', async () => {
    const list = await listOf([attempt('a', 1), attempt('b', 1), attempt('a', 2), attempt('c', 1)], { ...DELIVERY_LIST_LIMITS, alertsMax: 2 });
    expect(['a', 'b', 'c'].map((id) => attempts(list, id))).toEqual([[1, 2], [], [1]]);
  });

  it('are read back from the latest records alone on a long log', async () => {
    const list = await listOf(Array.from({ length: 50 }, (_, index) => attempt('a', index + 1)), { ...DELIVERY_LIST_LIMITS, recordsReadBackMax: 3 });
    expect(attempts(list, 'a')).toEqual([48, 49, 50]);
  });
});
