import { afterEach, describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { encodeJson } from '../../stream/frames/record.ts';
import { escalated, incident, opened, resolved } from '../notify/testing/sample-events.ts';
import { ALERTS_LISTED_MAX, AlertList } from './alert-list.ts';
import type { AlertListLimits } from './apply-alert-event.ts';

const told: TelemetryEvent[] = [];
const lists: AlertList[] = [];
afterEach(() => {
  told.length = 0;
  for (const list of lists.splice(0)) list.stop();
});

async function logWith(events: readonly AlertEvent[]): Promise<MemoryBus> {
  const bus = new MemoryBus({ clock: { nowMs: () => 0 } });
  for (const event of events) await append(bus, event);
  return bus;
}
async function append(bus: MemoryBus, event: AlertEvent): Promise<void> {
  await bus.log('alerts').append(encodeJson('alert', event), event.id);
}
async function listOver(bus: MemoryBus, limits?: AlertListLimits): Promise<AlertList> {
  const list = new AlertList({ log: bus.log('alerts'), telemetry: (event) => told.push(event), ...(limits === undefined ? {} : { limits }) });
  lists.push(list);
  await list.start();
  return list;
}
const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

describe('the alert list', () => {
  it('holds all of the log once it has started, and again after a restart', async () => {
    const bus = await logWith([opened(), escalated(), incident(1).opened, resolved()]);
    for (const list of [await listOver(bus), await listOver(bus)]) {
      expect(list.list({ limit: 10 }).map(({ alertId, state }) => [alertId, state])).toEqual([['a-1', 'firing'], ['a-1041-0', 'resolved']]);
      expect(list.openCount()).toBe(1);
    }
  });

  it('starts on an empty log', async () => {
    expect((await listOver(await logWith([]))).list({ limit: 10 })).toEqual([]);
  });

  it('says at the start that the log cannot be reached, and starts when it can', async () => {
    const bus = await logWith([opened()]);
    const list = new AlertList({ log: bus.log('alerts'), telemetry: () => undefined });
    lists.push(list);
    bus.faults.disconnect();
    await expect(list.start()).rejects.toMatchObject({ code: 'log_unavailable', retryable: true });
    bus.faults.reconnect();
    await list.start();
    expect(list.openCount()).toBe(1);
  });

  it('lists by workspace and state, the newest opening first, at most as many as asked', async () => {
    const at = (number: number, workspace: string): AlertEvent => ({ ...incident(number).opened, workspace, atMs: number * 1_000 });
    const list = await listOver(await logWith([at(1, 'north'), at(3, 'south'), at(2, 'north'), { ...incident(2).resolved, workspace: 'north' }, at(4, 'north')]));
    const ids = (query: Parameters<AlertList['list']>[0]): string[] => list.list(query).map(({ alertId }) => alertId);
    expect(ids({ limit: 10 })).toEqual(['a-4', 'a-3', 'a-2', 'a-1']);
    expect(ids({ workspace: 'north', limit: 10 })).toEqual(['a-4', 'a-2', 'a-1']);
    expect(ids({ workspace: 'north', state: 'firing', limit: 10 })).toEqual(['a-4', 'a-1']);
    expect(ids({ state: 'resolved', limit: 10 })).toEqual(['a-2']);
    expect(ids({ limit: 2 })).toEqual(['a-4', 'a-3']);
    expect(ids({ workspace: 'west', limit: 10 })).toEqual([]);
  });

  it('never lists more than its limit', async () => {
    const list = await listOver(await logWith(Array.from({ length: ALERTS_LISTED_MAX + 5 }, (_, number) => incident(number).opened)));
    expect(list.list({ limit: 1e9 })).toHaveLength(ALERTS_LISTED_MAX);
    expect(list.openCount()).toBe(ALERTS_LISTED_MAX + 5);
  });

  it('shows the timeline of one alert, and only there', async () => {
    const list = await listOver(await logWith([opened(), escalated()]));
    expect(list.get('a-1041-0')?.timeline).toHaveLength(2);
    expect(list.list({ limit: 1 })[0]).not.toHaveProperty('timeline');
    expect(list.get('none')).toBeUndefined();
  });

  it('tells of each new event, when the list holds it, and of none that was there before', async () => {
    const bus = await logWith([opened()]);
    const list = await listOver(bus);
    const seen: [string, number | undefined][] = [];
    list.events().subscribe((event) => seen.push([event.id, list.get(event.alertId)?.timeline.length]));
    await append(bus, escalated());
    await append(bus, resolved());
    await settle();
    expect(seen).toEqual([['a-1388-0', 2], ['a-9120-2', 3]]);
  });

  it('gives what somebody missed, and says when it is not known how much that is', async () => {
    const list = await listOver(await logWith([opened(), escalated(), resolved(), incident(1).opened]), { closedMax: 5, eventsMax: 3 });
    expect(list.after('a-9120-2')).toEqual({ events: [incident(1).opened], gap: false });
    expect(list.after('a-1')).toEqual({ events: [], gap: false });
    const forgotten = list.after('a-1041-0');
    expect(forgotten.gap).toBe(true);
    expect(forgotten.events.map(({ id }) => id)).toEqual(['a-1388-0', 'a-9120-2', 'a-1']);
  });

  it('passes over an entry that cannot be read and says so', async () => {
    const bus = await logWith([opened()]);
    await bus.log('alerts').append(new Uint8Array([1, 2, 3]), 'broken');
    await append(bus, resolved());
    const list = await listOver(bus);
    expect(list.get('a-1041-0')?.state).toBe('resolved');
    expect(told).toEqual([{ kind: 'frame-dead-lettered', stage: 'alert-list', reason: 'frame_corrupt' }]);
  });
});
