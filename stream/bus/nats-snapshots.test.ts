import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SNAPSHOT_BUCKETS } from '../subjects.ts';
import { connectNatsBus } from './nats-bus.ts';
import type { NatsBus } from './nats-bus.ts';
import { startTestNats } from './nats-for-tests.ts';
import type { TestNats } from './nats-for-tests.ts';
import { codeOf, systemClock } from './test-tools.ts';

const MIB = 1024 ** 2;
const STREAM = `OBJ_${SNAPSHOT_BUCKETS.counter}`;
const CHUNKS = `$O.${SNAPSHOT_BUCKETS.counter}.C.`;

async function* mebibytes(count: number): AsyncIterable<Uint8Array> {
  for (let index = 0; index < count; index++) yield new Uint8Array(MIB).fill(index + 1);
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

describe('snapshots on a real nats-server', () => {
  let nats: TestNats;
  let bus: NatsBus;
  let connection: NatsConnection;
  let manager: JetStreamManager;

  const open = (snapshotBytesMax = 64 * MIB): Promise<NatsBus> => connectNatsBus({
    servers: nats.server.url, name: 'test', clock: systemClock, telemetry: () => undefined, limits: { logBytesMax: nats.server.logBytesMax, snapshotBytesMax: { counter: snapshotBytesMax, desk: 64 * MIB } },
  });

  beforeAll(async () => {
    nats = await startTestNats();
    bus = await open();
    const url = new URL(nats.server.url);
    connection = await connect({ servers: url.host, user: url.username, pass: url.password });
    manager = await jetstreamManager(connection);
  });
  afterAll(async () => {
    await connection?.close();
    await bus?.close(2_000);
    await nats?.stop();
  });

  it('one that lost a part is found damaged at once, and so is one that lost all of them', async () => {
    const store = bus.snapshots();
    await store.put('torn', mebibytes(4));
    const { state } = await manager.streams.info(STREAM);
    await manager.streams.deleteMessage(STREAM, state.first_seq + 1);
    expect(await codeOf(readAll(store.get('torn')))).toBe('frame_corrupt');
    await manager.streams.purge(STREAM, { filter: `${CHUNKS}>` });
    expect(await codeOf(readAll(store.get('torn')))).toBe('frame_corrupt');
    await store.delete('torn');
  });

  it('one with a part that is not its own is found damaged', async () => {
    const store = bus.snapshots();
    await store.put('changed', mebibytes(3));
    const { state } = await manager.streams.info(STREAM, { subjects_filter: `${CHUNKS}>` });
    const [subject] = Object.keys(state.subjects ?? {});
    await manager.streams.deleteMessage(STREAM, state.first_seq);
    await manager.jetstream().publish(subject!, new Uint8Array(MIB).fill(9));
    expect(await codeOf(readAll(store.get('changed')))).toBe('frame_corrupt');
    await store.delete('changed');
  });

  it('what a crash left of a snapshot takes no room once the next one is written', async () => {
    const store = bus.snapshots();
    await manager.jetstream().publish(`${CHUNKS}LEFTOVER`, new Uint8Array(MIB));
    expect(await store.list()).toEqual([]);
    await store.put('next', mebibytes(1));
    const { state } = await manager.streams.info(STREAM, { subjects_filter: `${CHUNKS}>` });
    expect(Object.keys(state.subjects ?? {})).toHaveLength(1);
    expect(await readAll(store.get('next'))).toBe(MIB);
    await store.delete('next');
  });

  it('one that was removed leaves nothing, and what earlier versions left of theirs goes with the next one', async () => {
    const store = bus.snapshots();
    await store.put('first', mebibytes(2));
    await store.delete('first');
    expect((await manager.streams.info(STREAM)).state.messages).toBe(0);
    const objects = await new Objm(manager.jetstream()).open(SNAPSHOT_BUCKETS.counter);
    for (const name of ['second', 'third']) {
      await store.put(name, mebibytes(1));
      await objects.delete(name);
    }
    expect(await store.list()).toEqual([]);
    await store.put('fourth', mebibytes(1));
    expect(await store.list()).toEqual([{ name: 'fourth', bytes: MIB }]);
    expect((await manager.streams.info(STREAM)).state.messages).toBe(2);
    await store.delete('fourth');
  });

  it('one that does not fit is refused, leaves nothing, and the ones before it stay', async () => {
    const small = await open(4 * MIB);
    const store = small.snapshots();
    await store.put('fits', mebibytes(2));
    expect(await codeOf(store.put('too-large', mebibytes(6)))).toBe('overloaded');
    expect((await store.list()).map(({ name }) => name)).toEqual(['fits']);
    expect(await readAll(store.get('fits'))).toBe(2 * MIB);
    await store.put('fits-too', mebibytes(1));
    await small.close(2_000);
  });
});
