import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createZoneOffset } from '../../../core/zone-offset.ts';
import { createGateway, DEFAULT_HTTP_LIMITS } from '../../../server/gateway/gateway.ts';
import { FrameGatherer } from '../../../server/gateway/gather-frames.ts';
import { createIdMaker } from '../../../server/gateway/make-ids.ts';
import { createFeedbackIntake } from '../../../server/gateway/take-feedback.ts';
import { emptyServices } from '../../../server/gateway/testing/test-gateway.ts';
import { LiveHub } from '../../../server/live/live-hub.ts';
import { createMetrics } from '../../../server/telemetry/metrics.ts';
import { connectNatsBus } from '../../../stream/bus/nats-bus.ts';
import { startNatsServer } from '../../../stream/bus/nats-server.ts';
import { silentLogger } from '../../../stream/bus/logger.ts';
import { ensureTool } from '../../run/tools.ts';

/**
 * The gateway role by itself before a real nats-server that writes through to the disk: nothing takes the items off the raw
 * log. Prints its port and the pid of nats-server, whose processor time is told apart.
 */
const DRAIN_MS = 2_000;
const dataDir = await mkdtemp(join(tmpdir(), 'tocsin-gateway-'));
const server = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir, logger: silentLogger });
const clock = { nowMs: () => Date.now() };
const { telemetry } = createMetrics();
const bus = await connectNatsBus({ servers: server.url, name: 'gateway-alone', clock, telemetry, limits: { logBytesMax: server.logBytesMax } });
const makeId = createIdMaker(clock);
const frames = new FrameGatherer({ log: bus.log('raw'), clock, telemetry, makeMessageId: makeId });
const intake = createFeedbackIntake({ frames, clock, makeId, offsetAt: createZoneOffset('Asia/Shanghai'), hashKey: [1, 2, 3, 4], telemetry });
const live = new LiveHub({ alertsAfter: async () => [], telemetry });
const gateway = createGateway({ port: 0, clock, telemetry, live, version: '0', timeZone: 'UTC', logger: { info: () => undefined, error: () => undefined }, services: emptyServices(intake), limits: DEFAULT_HTTP_LIMITS });
const { port } = await gateway.start();
process.stdout.write(`${JSON.stringify({ port, natsPid: server.pid ?? 0 })}\n`);
process.once('SIGTERM', () => void stop());

async function stop(): Promise<void> {
  await gateway.drain(DRAIN_MS);
  gateway.stop();
  await bus.close(DRAIN_MS);
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
  process.exit(0);
}
