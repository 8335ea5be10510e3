import { describe, expect, it } from 'vitest';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import { incident } from '../../alerts/notify/testing/sample-events.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { encodeJson } from '../frames/record.ts';
import { AlertLogTrimmer } from './trim-alert-logs.ts';

const DAY_MS = 24 * 3_600_000;

async function trimmed(options: { ages: number[]; open?: number[] }): Promise<{ first: number; entries: number; told: TelemetryEvent[] }> {
  let nowMs = 0;
  const told: TelemetryEvent[] = [];
  const bus = new MemoryBus({ clock: { nowMs: () => nowMs } });
  for (const [index, age] of options.ages.entries()) {
    nowMs = (200 - age) * DAY_MS;
    const event = incident(index + 1).opened;
    await bus.log('alerts').append(encodeJson('alert', event), event.id);
  }
  nowMs = 200 * DAY_MS;
  const open = (options.open ?? []).map((number) => incident(number).opened.alertId);
  const trimmer = new AlertLogTrimmer({ logs: { alerts: bus.log('alerts'), deliveries: bus.log('deliveries') }, isOpen: (id) => open.includes(id), keepMs: 90 * DAY_MS, clock: { nowMs: () => nowMs }, telemetry: (event) => told.push(event) });
  await trimmer.trim();
  await trimmer.trim();
  const { firstSequence, entries } = await bus.log('alerts').info();
  return { first: firstSequence, entries, told };
}

describe('the alert log', () => {
  it('loses events older than the limit, once a day, and tells how many', async () => {
    expect(await trimmed({ ages: [150, 120, 91, 89, 1] })).toEqual({ first: 4, entries: 2, told: [{ kind: 'log-trimmed', log: 'alerts', entries: 3 }] });
  });

  it('keeps every event from the first of an alert that is still open', async () => {
    expect((await trimmed({ ages: [150, 120, 110, 1], open: [2] })).first).toBe(2);
    expect((await trimmed({ ages: [150, 120, 110, 1], open: [1] })).told).toEqual([]);
  });

  it('keeps its newest event however old it is: it says how far the counter published', async () => {
    expect(await trimmed({ ages: [150, 140, 130] })).toMatchObject({ first: 3, entries: 1 });
    expect(await trimmed({ ages: [150] })).toMatchObject({ first: 1, entries: 1 });
  });

  it('keeps everything young', async () => {
    expect(await trimmed({ ages: [89, 1] })).toMatchObject({ first: 1, entries: 2, told: [] });
    expect(await trimmed({ ages: [] })).toMatchObject({ entries: 0 });
  });
});
