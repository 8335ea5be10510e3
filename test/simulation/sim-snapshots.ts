import { TocsinError } from '../../core/errors.ts';
import { decodeSnapshot, encodeSnapshot, type SnapshotHeader } from '../../stream/snapshot/format.ts';
import type { MemoryBus } from '../../stream/bus/memory-bus.ts';
import type { SnapshotStore } from '../../stream/ports.ts';
import type { NodeParts } from './nodes.ts';
import type { World } from './world.ts';

/** The store of snapshots as one process sees it: over a network, and only while it lives; what it was writing when it died is not there. */
export function simSnapshots(store: SnapshotStore, { process, faults }: Pick<NodeParts, 'process' | 'faults'>): SnapshotStore {
  async function* whileAlive(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      if (!process.isAlive) throw new TocsinError('log_unavailable', 'The writer is gone.');
      yield chunk;
    }
  }
  const ask = <T>(question: () => Promise<T>): Promise<T> => process.call(() => {
    faults.onRead('scored');
    return question();
  });
  return {
    put: (name, chunks) => process.call(() => store.put(name, whileAlive(chunks))),
    list: () => ask(() => store.list()),
    async *get(name) {
      yield* await ask(async () => {
        const read: Uint8Array[] = [];
        for await (const chunk of store.get(name)) read.push(chunk);
        return read;
      });
    },
    delete: (name) => ask(() => store.delete(name)),
  };
}

/** Names of the desk's snapshots that are of no use any more, for each world. */
const damagedIn = new WeakMap<MemoryBus, Set<string>>();

const DAMAGES = ['torn', 'bit-flipped', 'missing', 'older-format', 'newer-format'] as const;

/** Something happens to a snapshot behind everybody's back. */
export async function damageSnapshot(world: World): Promise<void> {
  const { random, bus } = world;
  const damagedAlready = damagedIn.get(bus) ?? new Set();
  damagedIn.set(bus, damagedAlready);
  const owner = random.pick(['counter', 'desk'] as const);
  const store = bus.snapshots(owner);
  const faults = owner === 'desk' ? bus.faults.deskSnapshots : bus.faults.snapshots;
  const kept = (await store.list()).filter(({ bytes }) => bytes > 0);
  if (kept.length === 0) return;
  // The desk trims its log below them and refuses to start when all are lost, so one stays.
  if (owner === 'desk' && kept.filter((each) => !damagedAlready.has(each.name)).length < 2) return;
  const { name } = random.chance(0.7) ? kept.at(-1)! : random.pick(kept);
  const damage = random.pick(DAMAGES);
  if (owner === 'desk') damagedAlready.add(name);
  world.trace(`the snapshot ${name} is ${damage}`);
  world.note(`snapshot of the ${owner}: ${damage}`);
  switch (damage) {
    case 'missing':
      return store.delete(name);
    case 'torn':
      return faults.damage(name, (bytes) => bytes.slice(0, random.below(bytes.length)));
    case 'bit-flipped':
      return faults.damage(name, (bytes) => {
        const at = random.below(bytes.length);
        bytes[at] = bytes[at]! ^ (1 << random.below(8));
        return bytes;
      });
    case 'older-format':
    case 'newer-format':
      return rewrite(store, name, (header) => ({ ...header, stateFormat: damage === 'older-format' ? (owner === 'desk' ? 0 : 1) : header.stateFormat + 1 }));
  }
}

/** The same snapshot as another version would have written it. */
async function rewrite(store: SnapshotStore, name: string, change: (header: SnapshotHeader) => SnapshotHeader): Promise<void> {
  const bytes = (await store.list()).find((one) => one.name === name)!.bytes;
  try {
    const { header, state } = await decodeSnapshot(store.get(name), bytes, () => undefined);
    const pieces: (Uint8Array | null)[] = [state, null];
    await store.put(name, encodeSnapshot(change(header), () => pieces.shift()!, () => Promise.resolve()));
  } catch (error) {
    // It was damaged before.
    if (!(error instanceof TocsinError)) throw error;
  }
}
