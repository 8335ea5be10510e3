import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNatsServer } from '../../scripts/install-nats-server.mjs';
import { LOG_NAMES } from '../ports.ts';
import { silentLogger } from './logger.ts';
import type { BusLogger } from './logger.ts';
import { startNatsServer } from './nats-server.ts';
import type { NatsServer, NatsServerLimits } from './nats-server.ts';
import type { LogBytes } from './store-size.ts';

const LOG_BYTES = 256 * 1024 ** 2;

/** Small logs, so that a test machine's disk is not reserved. */
export const TEST_LOG_BYTES_MAX = Object.fromEntries(LOG_NAMES.map((name) => [name, LOG_BYTES])) as LogBytes;

export interface TestNats {
  /** A test that starts another one on the same folder puts it here. */
  server: NatsServer;
  dataDir: string;
  binaryPath: string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** A real nats-server on a free port, in a data folder of its own. */
export async function startTestNats(options: { logger?: BusLogger; limits?: Partial<NatsServerLimits> } = {}): Promise<TestNats> {
  const binaryPath = await testNatsBinary();
  const dataDir = await mkdtemp(join(tmpdir(), 'tocsin-nats-'));
  const server = await startNatsServer({
    binaryPath, dataDir, logger: options.logger ?? silentLogger, limits: { logBytesMax: TEST_LOG_BYTES_MAX, ...options.limits },
  });
  const nats: TestNats = {
    server,
    dataDir,
    binaryPath,
    async stop() {
      await nats.server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return nats;
}

export async function testNatsBinary(): Promise<string> {
  return await ensureNatsServer({ root: fileURLToPath(new URL('../..', import.meta.url)), report: () => undefined });
}
