import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { loadScorer } from '../../../models/scorer.ts';
import { silentLogger } from '../../../stream/bus/logger.ts';
import { startNatsServer } from '../../../stream/bus/nats-server.ts';
import { embeddedClient } from '../../../stream/store/testing/in-process.ts';
import { ensureTool } from '../../run/tools.ts';

/**
 * What a team writes in a week from good parts: fastify takes the request, each item is one JetStream message whose
 * acknowledgement is awaited, a consumer scores item by item with the same model, keeps the last 24 hours of each category
 * in an array, and inserts into ClickHouse once a second. The same nats-server with the same fsync at every write, the same
 * ClickHouse. No masking, no checks beyond two fields, no exactly-once: it does less than the product.
 */
interface Item {
  id?: string;
  text: string;
  channel: string;
}

const STREAM = 'FEEDBACK';
const SUBJECT = 'feedback';
const DAY_MS = 24 * 3_600_000;
const FIRE_AT = 50;
const INSERT_EVERY_MS = 1_000;
const PUBLISH_MS_MAX = 30_000;
const ACKS_PENDING_MAX = 2_000;
const ACK_WAIT_NANOS = 120e9;

const folder = await mkdtemp(join(tmpdir(), 'tocsin-handmade-'));
const server = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir: folder, logger: silentLogger });
const connection = await connect({ servers: server.url.replace(/\/\/[^@]*@/, '//'), user: 'tocsin', pass: new URL(server.url).password });
const manager = await jetstreamManager(connection);
await manager.streams.add({ name: STREAM, subjects: [SUBJECT] });
await manager.consumers.add(STREAM, { durable_name: 'worker', ack_policy: AckPolicy.Explicit, max_ack_pending: ACKS_PENDING_MAX, ack_wait: ACK_WAIT_NANOS });
const stream = jetstream(connection);
const clickhouse = embeddedClient(join(folder, 'clickhouse'));
await clickhouse.command({ query: 'CREATE TABLE feedback (id String, at DateTime64(3), channel LowCardinality(String), text String, sentiment LowCardinality(String), categories Array(String)) ENGINE = MergeTree ORDER BY at' });
const scorer = await loadScorer();

let [accepted, stored, alerts] = [0, 0, 0];
let waiting: { row: object; ack: () => void }[] = [];
const windows = new Map<string, number[]>();

const app = fastify({ bodyLimit: 16 * 1024 ** 2 });
app.addContentTypeParser('application/x-ndjson', { parseAs: 'string' }, (_request, body, done) => {
  done(null, String(body).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Item));
});
app.post('/v1/feedback', async (request, reply) => {
  const items = Array.isArray(request.body) ? (request.body as Item[]) : [request.body as Item];
  if (items.some(({ text, channel }) => typeof text !== 'string' || typeof channel !== 'string')) return reply.code(400).send({ error: 'text and channel are needed' });
  await Promise.all(items.map((item) => stream.publish(SUBJECT, JSON.stringify({ id: crypto.randomUUID(), ...item, at: Date.now() }), { timeout: PUBLISH_MS_MAX })));
  accepted += items.length;
  return reply.code(202).send({ accepted: items.length });
});
app.get('/v1/status', async () => {
  const { num_pending: unread, num_ack_pending: unstored } = await manager.consumers.info(STREAM, 'worker');
  return { accepted, stored, alerts, left: unread + unstored };
});
await app.listen({ host: '127.0.0.1', port: 0 });

void consume();
const insertTimer = setInterval(() => void insert(), INSERT_EVERY_MS);
const address = app.server.address();
process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0, natsPid: server.pid ?? 0 })}\n`);
process.once('SIGTERM', () => void stop());

async function consume(): Promise<void> {
  const consumer = await stream.consumers.get(STREAM, 'worker');
  for await (const message of await consumer.consume({ max_messages: 500 })) {
    const { id, text, channel, at } = message.json<Item & { at: number }>();
    const [score] = await scorer.score([{ text }]);
    if (score === undefined) continue;
    const categories = score.categories.map((category) => category.id);
    for (const category of score.complaint ? categories : []) {
      const window = [...(windows.get(category) ?? []), at].filter((each) => each > at - DAY_MS);
      windows.set(category, window);
      if (window.length === FIRE_AT) alerts += 1;
    }
    waiting.push({ row: { id, at, channel, text, sentiment: score.sentiment, categories }, ack: () => message.ack() });
  }
}

async function insert(): Promise<void> {
  const batch = waiting;
  if (batch.length === 0) return;
  waiting = [];
  await clickhouse.insert({ table: 'feedback', values: batch.map(({ row }) => row), format: 'JSONEachRow' });
  for (const { ack } of batch) ack();
  stored += batch.length;
}

async function stop(): Promise<void> {
  clearInterval(insertTimer);
  await app.close();
  await connection.close();
  await clickhouse.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
}
