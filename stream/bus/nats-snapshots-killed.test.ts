import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { SnapshotStore } from '../ports.ts';
import { silentLogger } from './logger.ts';
import { connectNatsBus } from './nats-bus.ts';
import type { NatsBus } from './nats-bus.ts';
import { TEST_LOG_BYTES_MAX, startTestNats } from './nats-for-tests.ts';
import type { TestNats } from './nats-for-tests.ts';
import { startNatsServer } from './nats-server.ts';
import { systemClock } from './test-tools.ts';

const MIB = 1024 ** 2;
const GENERATIONS = 3;
const CHUNKS = 6;
/** Each in the middle of another step: after so many chunks, right after the last one, right after the answer, while an older one is removed. */
const KILLS = ['chunk 0', 'chunk 1', 'chunk 3', 'chunk 5', 'last chunk', 'answer', 'removal'] as const;

describe('snapshots on a nats-server that is killed', () => {
  let nats: TestNats;
  let bus: NatsBus;

  const open = async (): Promise<void> => {
    bus = await connectNatsBus({ servers: nats.server.url, name: 'test', clock: systemClock, telemetry: () => undefined, limits: { logBytesMax: nats.server.logBytesMax, snapshotBytesMax: { counter: 128 * MIB, desk: 64 * MIB } } });
  };
  const kill = (): void => void process.kill(nats.server.pid!, 'SIGKILL');
  /** The server's own process on the same folder, as a start of the program does. */
  const startAgain = async (): Promise<void> => {
    await bus.close(0);
    await nats.server.stop();
    nats.server = await startNatsServer({ binaryPath: nats.binaryPath, dataDir: nats.dataDir, logger: silentLogger, limits: { logBytesMax: TEST_LOG_BYTES_MAX } });
    await open();
  };

  beforeAll(async () => {
    nats = await startTestNats();
    await open();
  });
  afterAll(async () => {
    await bus?.close(2_000);
    await nats?.stop();
  });

  it('keep every one that was answered, whole, whatever was being written or removed', async () => {
    const answered: number[] = [];
    let number = 0;
    const expectAll = async (): Promise<void> => {
      const listed = new Map((await bus.snapshots().list()).map(({ name, bytes }) => [name, bytes]));
      // One whose answer was lost may be there, and then it is whole as well.
      for (const [name] of listed) expect(await isWhole(bus.snapshots(), name, Number(name))).toBe(true);
      for (const each of answered.slice(-GENERATIONS + 1)) expect([...listed.keys()]).toContain(String(each));
    };
    for (const moment of KILLS) {
      for (let calm = 0; calm < GENERATIONS; calm++) {
        number += 1;
        await bus.snapshots().put(String(number), chunksOf(number, () => undefined));
        answered.push(number);
        await keepNewest(bus.snapshots());
      }
      number += 1;
      const put = bus.snapshots().put(String(number), chunksOf(number, (chunk) => {
        if (moment === `chunk ${chunk}`) kill();
        // What is asked for after the last one comes when that one is on its way.
        if (moment === 'last chunk' && chunk === CHUNKS) kill();
      }));
      const outcome = await put.then(() => 'answered' as const, (error: unknown) => error);
      if (outcome === 'answered') answered.push(number);
      else expect(outcome).toBeInstanceOf(TocsinError);
      if (moment === 'answer') kill();
      if (moment === 'removal') {
        const removing = keepNewest(bus.snapshots()).catch(() => undefined);
        kill();
        await removing;
      }
      await startAgain();
      await expectAll();
    }
    expect(answered.length).toBeGreaterThanOrEqual(KILLS.length * GENERATIONS);
  }, 300_000);
});

async function* chunksOf(number: number, onAsked: (chunk: number) => void): AsyncIterable<Uint8Array> {
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    onAsked(chunk);
    yield new Uint8Array(MIB).fill(number * CHUNKS + chunk);
  }
  onAsked(CHUNKS);
}

async function isWhole(store: SnapshotStore, name: string, number: number): Promise<boolean> {
  const read: Uint8Array[] = [];
  for await (const chunk of store.get(name)) read.push(chunk);
  const bytes = Buffer.concat(read);
  return bytes.length === CHUNKS * MIB && Array.from({ length: CHUNKS }, (_, chunk) => bytes.subarray(chunk * MIB, (chunk + 1) * MIB)).every((part, chunk) => part.every((byte) => byte === (number * CHUNKS + chunk) % 256));
}

async function keepNewest(store: SnapshotStore): Promise<void> {
  const names = (await store.list()).map(({ name }) => name).sort((a, b) => Number(a) - Number(b));
  for (const name of names.slice(0, -GENERATIONS)) await store.delete(name);
}
