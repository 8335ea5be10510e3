import { describe, expect, it } from 'vitest';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { decodeJson, encodeJson } from '../../stream/frames/record.ts';
import { EventPublisher } from '../../stream/publish-events.ts';
import { readLog } from '../../test/simulation/read-log.ts';
import { VirtualTime } from '../../test/simulation/virtual-time.ts';
import { Prng } from '../../server/play/prng.ts';
import { TroubleReader } from './read-troubles.ts';
import { DEAD_LETTERS_NEW_MS, TROUBLE_POLICIES } from './trouble-policies.ts';
import { TroubleWatch, type TroubleReadings } from './trouble-watch.ts';

const START_MS = Date.UTC(2026, 0, 1);

async function scene() {
  const time = new VirtualTime(START_MS, new Prng(1));
  const bus = new MemoryBus({ clock: time, timers: time, takeBackAfterMs: 10_000, duplicateWindowMs: 120_000 });
  const readings: TroubleReadings = {};
  const watch = async (): Promise<TroubleWatch> => {
    const publisher = new EventPublisher(bus.log('alerts'), () => undefined, time);
    await publisher.start();
    const made = new TroubleWatch({ alerts: bus.log('alerts'), publish: (event) => publisher.publishBeside(event), read: async () => readings, policies: TROUBLE_POLICIES, workspace: 'default', notify: ['on-call'], everyMs: 5_000, clock: time, timers: time });
    made.start();
    return made;
  };
  const events = async () => (await readLog(bus, 'alerts')).map(({ value }) => decodeJson('alert', value));
  const pass = (ms: number) => time.runUntil(time.nowMs() + ms);
  return { time, bus, readings, watch, events, pass };
}

describe('the watch over Tocsin itself', () => {
  it('opens an alert once, goes on with it after a restart, and ends it by itself', async () => {
    const { readings, watch, events, pass } = await scene();
    readings['key-limit'] = { level: 100, about: 'customer' };
    const first = await watch();
    await pass(20_000);
    expect(first.openAlerts('default')).toMatchObject([{ ruleId: 'tocsin.key-limit', count: 100, fireAt: 100, measure: { about: 'customer' } }]);
    expect(first.openAlerts('another')).toEqual([]);
    first.stop();
    const second = await watch();
    await pass(20_000);
    expect(await events()).toHaveLength(1);
    readings['key-limit'] = { level: 40, about: 'customer' };
    await pass(120_000);
    const [opened, over, ...more] = await events();
    expect(more).toEqual([]);
    expect(opened).toMatchObject({ kind: 'opened', notify: ['on-call'], severity: 'warning', title: { zh: expect.any(String), en: expect.any(String) } });
    expect(over).toMatchObject({ kind: 'resolved', alertId: opened!.alertId, reason: 'recovered', peak: 100, openedAtMs: opened!.atMs });
    expect(second.openAlerts('default')).toEqual([]);
  });

  it('neither opens nor ends anything while nobody can tell', async () => {
    const { readings, watch, events, pass } = await scene();
    readings['lag'] = { level: 90, about: '' };
    await watch();
    await pass(90_000);
    delete readings['lag'];
    await pass(600_000);
    expect((await events()).map(({ kind }) => kind)).toEqual(['opened']);
  });

  it('tells what it could not tell while the log was away, once', async () => {
    const { bus, readings, watch, events, pass } = await scene();
    await watch();
    await pass(5_000);
    bus.faults.disconnect();
    readings['snapshot-failing'] = { level: 3, about: '' };
    await pass(60_000);
    bus.faults.reconnect();
    await pass(60_000);
    expect((await events()).map(({ kind, ruleId }) => `${kind} ${ruleId}`)).toEqual(['opened tocsin.snapshot-failing']);
  });
});

describe('what is read of Tocsin itself', () => {
  it('says for how long nothing could be stored, how many snapshots failed, and how many letters are new', async () => {
    const { time, bus, pass } = await scene();
    let unstored = 5;
    const reader = new TroubleReader({
      clock: time, fullestGrouping: () => ({ about: 'customer', keys: 9_500, keysMax: 10_000 }), lagMs: () => 1_500, unstoredRows: () => unstored, deadLettersNewMs: DEAD_LETTERS_NEW_MS, dead: bus.log('dead'),
      logsFull: async () => [{ log: 'raw', share: 0.2 }, { log: 'incidents', share: 0.93 }],
    });
    const letter = (sequence: number) => encodeJson('dead', { log: 'raw', sequence, stage: 'decode', reason: 'damaged', atMs: time.nowMs(), bytes: '' });
    await bus.log('dead').append(letter(1), 'one');
    await bus.log('dead').append(encodeJson('replayed', { letter: 1, atMs: time.nowMs(), items: 1 }), 'mark');
    await reader.read();
    await pass(0);
    const early = await reader.read();
    expect(early).toMatchObject({ 'key-limit': { level: 95, about: 'customer' }, 'lag': { level: 1.5 }, 'dead-letters': { level: 1 }, 'log-nearly-full': { level: 93, about: 'incidents' } });
    // Rows wait and nobody has heard of the store yet.
    expect(early['store-away']).toBeUndefined();
    reader.hear({ kind: 'store-retried', reason: 'store_unavailable', attempt: 1 });
    for (let failure = 0; failure < 3; failure += 1) reader.hear({ kind: 'snapshot-failed', reason: 'overloaded' });
    await pass(400_000);
    reader.hear({ kind: 'store-retried', reason: 'store_unavailable', attempt: 40 });
    expect(await reader.read()).toMatchObject({ 'store-away': { level: 400 }, 'snapshot-failing': { level: 3 }, 'dead-letters': { level: 1 } });
    reader.hear({ kind: 'rows-stored', rows: 5, durationMs: 1 });
    reader.hear({ kind: 'snapshot-written', sequence: 9, bytes: 1, pauseMs: 1, durationMs: 1 });
    unstored = 0;
    await pass(300_000);
    expect(await reader.read()).toMatchObject({ 'store-away': { level: 0 }, 'snapshot-failing': { level: 0 }, 'dead-letters': { level: 0 } });
    reader.stop();
  });
});
