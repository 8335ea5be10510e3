import { expect, describe, it } from 'vitest';
import type { Appended } from '../ports.ts';
import type { BusScene } from './scene.contract.ts';
import { eventually, read, settle, text } from './test-tools.ts';

/** What every log that keeps its entries does. */
export function describeKeptLog(scene: BusScene): void {
  describe('a kept log', () => {
    it('answers null for its newest entry while it is empty', async () => {
      expect(await scene.bus.log('dead').last()).toBeNull();
      expect(await scene.bus.log('dead').info()).toMatchObject({ entries: 0, bytes: 0, oldestAtMs: null, lastSequence: 0, firstSequence: 1 });
    });

    it('numbers entries from 1 without a gap and gives each its time', async () => {
      const before = Date.now();
      const log = scene.bus.log('scored');
      const appended = await Promise.all(Array.from({ length: 50 }, (_, index) => log.append(text(`entry ${index + 1}`), `number-${index}`)));
      expect(appended.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
      expect(appended.every(({ duplicate }) => !duplicate)).toBe(true);
      const got = scene.collect(log.read(1, 10));
      await eventually('50 entries', () => got.length === 50);
      expect(got.map(({ entry }) => read(entry.value))).toEqual(Array.from({ length: 50 }, (_, index) => `entry ${index + 1}`));
      expect(got.map(({ entry }) => entry.sequence)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
      for (const { entry, redeliveries } of got) {
        expect(redeliveries).toBe(0);
        expect(entry.timeMs).toBeGreaterThanOrEqual(before);
        expect(entry.timeMs).toBeLessThanOrEqual(Date.now());
        expect(Number.isInteger(entry.timeMs)).toBe(true);
      }
    });

    it('appends the same message id once and answers the first sequence', async () => {
      const log = scene.bus.log('scored');
      const first = await log.append(text('once'), 'same-id');
      const again = await log.append(text('twice'), 'same-id');
      expect(again).toEqual({ sequence: first.sequence, duplicate: true });
      expect(read((await log.last())?.value ?? new Uint8Array())).toBe('once');
    });

    it('appends behind the entry that a writer names, or nothing, also where several are sent at once', async () => {
      const log = scene.bus.log('operations');
      const at = (answers: readonly (Appended | null)[]): (number | null)[] => answers.map((answer) => answer?.sequence ?? null);
      expect(at(await Promise.all([0, 1, 2].map((last) => log.appendAfter(last, text(`row ${last}`), `row-${last}`))))).toEqual([1, 2, 3]);
      expect(await log.appendAfter(1, text('too late'), 'too-late')).toBeNull();
      expect(await log.appendAfter(7, text('too early'), 'too-early')).toBeNull();
      expect(await log.appendAfter(2, text('again'), 'row-2')).toBeNull();
      expect(await log.appendAfter(3, text('again'), 'row-0')).toEqual({ sequence: 1, duplicate: true });
      expect(at(await Promise.all([[3, 'ok'], [9, 'refused'], [5, 'behind it']].map(([last, id]) => log.appendAfter(last as number, text('x'), id as string))))).toEqual([4, null, null]);
      await log.trim(4);
      expect((await log.appendAfter(4, text('after all are gone'), 'after'))?.sequence).toBe(5);
      expect((await log.info()).lastSequence).toBe(5);
    });

    it('is read from the middle, and on into what is appended later', async () => {
      const log = scene.bus.log('alerts');
      for (const word of ['a', 'b', 'c', 'd']) await log.append(text(word), `middle-${word}`);
      const got = scene.collect(log.read(3, 5));
      await eventually('c and d', () => got.length === 2);
      await log.append(text('e'), 'middle-e');
      await eventually('e', () => got.length === 3);
      expect(got.map(({ entry }) => [entry.sequence, read(entry.value)])).toEqual([[3, 'c'], [4, 'd'], [5, 'e']]);
    });

    it('hands a reader that starts beyond the end only what it asked for', async () => {
      const log = scene.bus.log('alerts');
      const next = ((await log.last())?.sequence ?? 0) + 1;
      const got = scene.collect(log.read(next + 1, 5));
      await log.append(text('before'), 'beyond-1');
      await log.append(text('wanted'), 'beyond-2');
      await eventually('the wanted entry', () => got.length > 0);
      await settle(log);
      expect(got.map(({ entry }) => entry.sequence)).toEqual([next + 1]);
    });

    it('hands out no more than the credits, and the next one for each that is settled', async () => {
      const log = scene.bus.log('deliveries');
      for (let index = 0; index < 10; index++) await log.append(text(String(index)), `credit-${index}`);
      const got = scene.collect(log.read(1, 3), () => undefined);
      await eventually('three entries', () => got.length === 3);
      await settle(log);
      expect(got.length).toBe(3);
      got[0]?.ack();
      got[0]?.ack();
      await eventually('a fourth', () => got.length === 4);
      await settle(log);
      expect(got.length).toBe(4);
      got[2]?.retry(0);
      await eventually('a fifth', () => got.length === 5);
      expect(got.map(({ entry }) => read(entry.value))).toEqual(['0', '1', '2', '3', '4']);
    });

    it('serves several readers, each from its own place', async () => {
      const log = scene.bus.log('deliveries');
      const early = scene.collect(log.read(1, 100));
      const late = scene.collect(log.read(8, 100));
      await eventually('both at the end', () => early.length === 10 && late.length === 3);
      expect(late.map(({ entry }) => entry.sequence)).toEqual([8, 9, 10]);
    });

    it('hands nothing to a reader that has unsubscribed', async () => {
      const log = scene.bus.log('deliveries');
      const got = scene.collect(log.read(1, 1), () => undefined);
      await eventually('one entry', () => got.length === 1);
      scene.unsubscribeAll();
      got[0]?.ack();
      await settle(log);
      expect(got.length).toBe(1);
    });

    it('keeps every byte, of nothing and of a mebibyte', async () => {
      const log = scene.bus.log('dead');
      const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      const large = Uint8Array.from({ length: 1024 ** 2 }, (_, index) => (index * 31) % 256);
      const sent = [new Uint8Array(), allBytes, large, text('+OK\r\nMSG x 1 3\r\n\0')];
      for (const [index, bytes] of sent.entries()) await log.append(bytes, `bytes-${index}`);
      const got = scene.collect(log.read(1, 10));
      await eventually('all entries', () => got.length === sent.length);
      for (const [index, bytes] of sent.entries()) expect(Buffer.compare(got[index]?.entry.value ?? text('?'), bytes)).toBe(0);
      expect(Buffer.compare((await log.last())?.value ?? text('?'), sent.at(-1) ?? text('!'))).toBe(0);
    });

    it('says how much it holds', async () => {
      const log = scene.bus.log('dead');
      const info = await log.info();
      expect(info).toMatchObject({ entries: 4, lastSequence: 4, firstSequence: 1 });
      expect(info.bytes).toBeGreaterThan(1024 ** 2);
      expect(info.oldestAtMs).toBeLessThanOrEqual(Date.now());
      expect(info.identity).toMatch(/^[0-9A-Za-z-]+$/);
      expect((await log.info()).identity).toBe(info.identity);
    });
  });
}
