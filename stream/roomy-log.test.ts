import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TocsinError } from '../core/errors.ts';
import { silentLogger } from './bus/logger.ts';
import { connectNatsBus, type NatsBus } from './bus/nats-bus.ts';
import { startTestNats, TEST_LOG_BYTES_MAX, type TestNats } from './bus/nats-for-tests.ts';
import { encodeScoredEntry } from './frames/scored-entry.ts';
import { RoomyLog } from './roomy-log.ts';

const LOG_BYTES_MAX = 1024 ** 2;
const FRAME_BYTES = 20_000;

let nats: TestNats;
let bus: NatsBus;
beforeAll(async () => {
  const logBytesMax = { ...TEST_LOG_BYTES_MAX, scored: LOG_BYTES_MAX };
  nats = await startTestNats({ limits: { logBytesMax } });
  bus = await connectNatsBus({ servers: nats.server.url, name: 'test', clock: { nowMs: () => Date.now() }, telemetry: () => undefined, logger: silentLogger, limits: { logBytesMax } });
});
afterAll(async () => {
  await bus?.close(1_000);
  await nats?.stop();
});

it('frames fill a log up to nine tenths, ticks still find room, and frames go on once it is shorter', async () => {
  const scored = bus.log('scored');
  const roomy = new RoomyLog({ name: 'scored', log: scored, nowMs: () => Date.now() });
  const refusals: TocsinError[] = [];
  for (let frame = 0; frame < 80; frame += 1) await roomy.append(new Uint8Array(FRAME_BYTES), `frame-${frame}`).catch((error: TocsinError) => refusals.push(error));
  expect(new Set(refusals.map(({ code, retryable }) => `${code} ${retryable}`))).toEqual(new Set(['overloaded true']));
  const full = await scored.info();
  expect(full.bytes).toBeLessThanOrEqual(LOG_BYTES_MAX * 0.9 + FRAME_BYTES);
  expect(full.bytes).toBeGreaterThan(LOG_BYTES_MAX * 0.8);
  const tick = encodeScoredEntry({ kind: 'tick' });
  for (let count = 0; count < 100; count += 1) await scored.append(tick, `tick-${count}`);
  await scored.trim(20);
  const after = await roomy.append(new Uint8Array(FRAME_BYTES), 'after');
  expect(after.sequence).toBe(full.lastSequence + 101);
});
