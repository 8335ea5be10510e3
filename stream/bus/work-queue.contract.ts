import { expect, describe, it } from 'vitest';
import type { Delivery, Log } from '../ports.ts';
import type { BusScene } from './scene.contract.ts';
import { eventually, read, settle, text } from './test-tools.ts';

/** What every log's work queues do. */
export function describeWorkQueue(scene: BusScene): void {
  describe('a work queue', () => {
    const raw = (): Log => scene.bus.log('raw');

    it('hands out each entry and forgets it once acknowledged', async () => {
      for (const word of ['a', 'b', 'c']) await raw().append(text(word), `work-${word}`);
      const got = scene.collect(raw().work('scorer', 10));
      await eventually('three entries', () => got.length === 3);
      expect(got.map(({ entry }) => read(entry.value))).toEqual(['a', 'b', 'c']);
      await eventually('an empty log', async () => (await raw().last()) === null);
      expect(await raw().info()).toMatchObject({ entries: 0, oldestAtMs: null, lastSequence: 3 });
    });

    it('cannot be read from a sequence', () => {
      expect(() => raw().read(1, 1)).toThrow(/work queue/);
    });

    it('hands out no more than the credits', async () => {
      for (let index = 0; index < 6; index++) await raw().append(text(String(index)), `work-credit-${index}`);
      const got = scene.collect(raw().work('scorer', 2), () => undefined);
      await eventually('two entries', () => got.length === 2);
      await settle(raw());
      expect(got.length).toBe(2);
      got[1]?.ack();
      await eventually('a third', () => got.length === 3);
      await settle(raw());
      expect(got.length).toBe(3);
      for (let index = 0; index < 6; index++) {
        await eventually(`entry ${index}`, () => got.length > index);
        got[index]?.ack();
      }
      await eventually('an empty log', async () => (await raw().last()) === null);
    });

    it('hands an entry out again after the delay that its worker asks for, and counts it', async () => {
      await raw().append(text('stubborn'), 'stubborn');
      const startedAt = performance.now();
      const got = scene.collect(raw().work('scorer', 10), (delivery) => {
        if (delivery.redeliveries < 2) delivery.retry(100);
        else delivery.ack();
      });
      await eventually('three hand-outs', () => got.length === 3);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190);
      expect(got.map(({ redeliveries }) => redeliveries)).toEqual([0, 1, 2]);
      expect(new Set(got.map(({ entry }) => entry.sequence)).size).toBe(1);
      await eventually('an empty log', async () => (await raw().last()) === null);
    });

    it('goes on with other entries while one waits for its retry', async () => {
      await raw().append(text('slow'), 'retry-slow');
      await raw().append(text('quick'), 'retry-quick');
      const order: string[] = [];
      scene.collect(raw().work('scorer', 1), (delivery) => {
        order.push(read(delivery.entry.value));
        if (delivery.redeliveries === 0 && read(delivery.entry.value) === 'slow') delivery.retry(50);
        else delivery.ack();
      });
      await eventually('all three hand-outs', () => order.length === 3);
      expect(order).toEqual(['slow', 'quick', 'slow']);
    });

    it('is shared by its workers: each entry goes to one of them', async () => {
      const held: Delivery[] = [];
      const one = scene.collect(raw().work('scorer', 5), (delivery) => held.push(delivery));
      const two = scene.collect(raw().work('scorer', 5), (delivery) => held.push(delivery));
      const total = 40;
      for (let index = 0; index < total; index++) await raw().append(text(String(index)), `shared-${index}`);
      let done = 0;
      await eventually('all entries', () => {
        for (const delivery of held.splice(0)) {
          delivery.ack();
          done += 1;
        }
        return done === total;
      });
      const seen = [...one, ...two].map(({ entry }) => Number(read(entry.value))).sort((a, b) => a - b);
      expect(seen).toEqual(Array.from({ length: total }, (_, index) => index));
      expect(one.length).toBeGreaterThan(0);
      expect(two.length).toBeGreaterThan(0);
    });

    it('gives what a worker leaves unsettled to the next one at once', async () => {
      await raw().append(text('orphan'), 'orphan');
      const left = scene.collect(raw().work('scorer', 5), () => undefined);
      await eventually('a hand-out', () => left.length === 1);
      scene.unsubscribeAll();
      const taken = scene.collect(raw().work('scorer', 5));
      await eventually('a second hand-out', () => taken.length === 1);
      expect(taken[0]?.redeliveries).toBe(1);
      await eventually('an empty log', async () => (await raw().last()) === null);
    });

    it('says how far everything is acknowledged, whatever waits between', async () => {
      const log = scene.bus.log('labels');
      expect(await log.settledThrough('reader')).toBe(0);
      for (const word of ['a', 'b', 'c', 'd']) await log.append(text(word), `settled-${word}`);
      const got = scene.collect(log.work('reader', 10), ({ entry, ack }) => {
        if (read(entry.value) !== 'b') ack();
      });
      await eventually('all four', () => got.length === 4);
      const first = got[0]!.entry.sequence;
      await eventually('the first one', async () => (await log.settledThrough('reader')) === first);
      await settle(log);
      expect(await log.settledThrough('reader')).toBe(first);
      got[1]!.ack();
      await eventually('all', async () => (await log.settledThrough('reader')) === first + 3);
      expect(await log.settledThrough('nobody')).toBe(0);
    });

    it('on a kept log goes through everything once for each name, and the log keeps its entries', async () => {
      const log = scene.bus.log('deliveries');
      const sink = scene.collect(log.work('sink', 4));
      const audit = scene.collect(log.work('audit', 4));
      await eventually('both queues through', () => sink.length === 10 && audit.length === 10);
      expect(sink.map(({ entry }) => entry.sequence)).toEqual(audit.map(({ entry }) => entry.sequence));
      expect((await log.info()).entries).toBe(10);
    });
  });
}
