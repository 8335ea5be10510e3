import type { SnapshotStore } from '../ports.ts';
import { encodeSnapshot } from './format.ts';
import type { SnapshotHeader } from './format.ts';
import { isSnapshotName, sequenceOf, snapshotName } from './kind.ts';
import type { SnapshotKind } from './kind.ts';

export interface SnapshotToWrite {
  store: SnapshotStore;
  kind: SnapshotKind;
  header: SnapshotHeader;
  /** The next piece of the state; null after the last. What it throws ends the writing. */
  next(): Uint8Array | null;
  /** Awaited before the end, without which the rest is worth nothing. */
  beforeEnd(): Promise<void>;
}

/** Writes one snapshot and returns its bytes. Rejects as the store does, or with what `next` threw. */
export async function writeSnapshot({ store, kind, header, next, beforeEnd }: SnapshotToWrite): Promise<number> {
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  await store.put(snapshotName(header.sequence, kind), counted(encodeSnapshot(header, next, beforeEnd)));
  return bytes;
}

/** Removes older generations, and what counts in another log. @returns the sequence of the oldest one kept */
export async function keepGenerations({ store, kind, sequence, generations }: { store: SnapshotStore; kind: SnapshotKind; sequence: number; generations: number }): Promise<number> {
  const names = (await store.list()).map(({ name }) => name).filter((name) => isSnapshotName(name, kind));
  // A sequence beyond this one counts in another log, or in entries that this log has lost.
  const kept = names.filter((name) => sequenceOf(name) <= sequence).slice(-generations);
  for (const name of names) if (!kept.includes(name)) await store.delete(name);
  return sequenceOf(kept[0] ?? snapshotName(0, kind));
}
