import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { BusScene } from './scene.contract.ts';
import { codeOf } from './test-tools.ts';

const MIB = 1024 ** 2;

async function* chunksOf(sizes: readonly number[], fill = 1): AsyncIterable<Uint8Array> {
  for (const [index, size] of sizes.entries()) yield Uint8Array.from({ length: size }, (_, at) => (at * 31 + index * 7 + fill) % 251);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** What every store of snapshots does. */
export function describeSnapshots(scene: BusScene): void {
  describe('the snapshot store', () => {
    it('is empty at first, and gives back every byte of what was put', async () => {
      const store = scene.bus.snapshots();
      expect(await store.list()).toEqual([]);
      const sizes = [0, 1, 3 * MIB, 17, 2 * MIB + 1];
      await store.put('big', chunksOf(sizes));
      await store.put('empty', chunksOf([]));
      expect(await store.list()).toEqual([{ name: 'big', bytes: 5 * MIB + 19 }, { name: 'empty', bytes: 0 }]);
      expect(Buffer.compare(await bytesOf(store.get('big')), await bytesOf(chunksOf(sizes)))).toBe(0);
      expect(await bytesOf(store.get('empty'))).toHaveLength(0);
    });

    it('replaces a value and removes it', async () => {
      const store = scene.bus.snapshots();
      await store.put('big', chunksOf([100], 9));
      expect(Buffer.compare(await bytesOf(store.get('big')), await bytesOf(chunksOf([100], 9)))).toBe(0);
      await store.delete('big');
      await store.delete('big');
      await store.delete('empty');
      expect(await store.list()).toEqual([]);
      expect(await codeOf(bytesOf(store.get('big')))).toBe('frame_corrupt');
    });

    it('keeps nothing of a value whose source fails half-way, and says why', async () => {
      const store = scene.bus.snapshots();
      async function* failing(): AsyncIterable<Uint8Array> {
        yield* chunksOf([2 * MIB, 2 * MIB]);
        throw new TocsinError('draining', 'stopping');
      }
      expect(await codeOf(store.put('half', failing()))).toBe('draining');
      expect(await store.list()).toEqual([]);
      expect(await codeOf(bytesOf(store.get('half')))).toBe('frame_corrupt');
    });

    it('asks for the next chunk only when the one before is taken', async () => {
      const store = scene.bus.snapshots();
      let given = 0;
      let gate: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => (gate = resolve));
      async function* gated(): AsyncIterable<Uint8Array> {
        for (; given < 4; given++) {
          if (given === 2) await opened;
          yield new Uint8Array(MIB);
        }
      }
      const put = store.put('gated', gated());
      await store.list();
      expect(given).toBeLessThanOrEqual(2);
      gate();
      await put;
      expect(given).toBe(4);
      await store.delete('gated');
    });

    it('refuses a name that cannot be one', async () => {
      expect(await codeOf(scene.bus.snapshots().put('with space', chunksOf([1])))).toBe('invalid_request');
    });
  });

  describe('trimming a kept log', () => {
    it('removes entries up to a sequence, keeps the rest, and never gives a sequence again', async () => {
      const log = scene.bus.log('scored');
      const before = await log.info();
      for (let index = 0; index < 5; index++) await log.append(new Uint8Array([index]), `trim-${index}`);
      const last = before.lastSequence + 5;
      await log.trim(last - 2);
      expect(await log.info()).toMatchObject({ entries: 2, firstSequence: last - 1, lastSequence: last });
      await log.trim(0);
      await log.trim(last - 4);
      expect((await log.info()).entries).toBe(2);
      await log.trim(last);
      expect(await log.info()).toMatchObject({ entries: 0, firstSequence: last + 1, lastSequence: last, oldestAtMs: null });
      expect((await log.append(new Uint8Array(1), 'trim-after')).sequence).toBe(last + 1);
    });
  });
}
