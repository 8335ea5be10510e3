import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { silentLogger } from '../../../stream/bus/logger.ts';
import { startNatsServer } from '../../../stream/bus/nats-server.ts';
import { eventually } from '../../../test/support/poll.ts';
import { ensureTool } from '../../run/tools.ts';

/**
 * What a team would configure instead of writing it: Benthos takes the request, makes each line one JetStream message and answers when
 * all of them are on disk. The same nats-server with the same fsync at every write. Nothing behind it: no scoring, no store.
 *
 * node benthos-stack.js BINARY
 */
const STREAM = 'FEEDBACK';
const SUBJECT = 'feedback';
const READY_WITHIN_MS = 30_000;
/** Messages without an acknowledgement, as its own component for NATS has it by default. */
const IN_FLIGHT_MAX = 1_024;

const [, , binary = ''] = process.argv;
const folder = await mkdtemp(join(tmpdir(), 'tocsin-benthos-'));
const server = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir: folder, logger: silentLogger });
const connection = await connect({ servers: server.url.replace(/\/\/[^@]*@/, '//'), user: 'tocsin', pass: new URL(server.url).password });
await (await jetstreamManager(connection)).streams.add({ name: STREAM, subjects: [SUBJECT] });
await connection.close();

const port = await freePort();
const config = join(folder, 'config.json');
await writeFile(config, JSON.stringify({
  http: { enabled: false },
  logger: { level: 'ERROR' },
  input: { http_server: { address: `127.0.0.1:${port}`, path: '/v1/feedback', timeout: '60s' } },
  pipeline: {
    processors: [
      { unarchive: { format: 'lines' } },
      // A field that is missing or no text fails the item, as the hand-written stack refuses it.
      { mapping: 'root = this\nroot.text = if this.text.type() == "string" && this.channel.type() == "string" { this.text } else { throw("text and channel are needed") }\nroot.id = this.id | uuid_v4()\nroot.at = timestamp_unix_milli()' },
    ],
  },
  output: { reject_errored: { jetstream: { url: server.url, subject: SUBJECT, max_in_flight: IN_FLIGHT_MAX } } },
}));
const child = spawn(binary, ['run', config], { stdio: ['ignore', 'ignore', 'pipe'] });
let complaints = '';
child.stderr.on('data', (chunk: Buffer) => (complaints = `${complaints}${chunk.toString('utf8')}`.slice(-2_000)));
let hasEnded = false;
child.once('close', () => (hasEnded = true));
await eventually(async () => {
  if (hasEnded) return true;
  const answer = await fetch(`http://127.0.0.1:${port}/v1/feedback`, { method: 'POST', body: '{"text":"ready?","channel":"app"}' });
  return answer.ok;
}, { what: `Benthos to take an item\n${complaints}`, limitMs: READY_WITHIN_MS });
if (hasEnded) {
  process.stderr.write(`Benthos ended: ${complaints}\n`);
  await stop(1);
}
process.stdout.write(`${JSON.stringify({ port })}\n`);
process.once('SIGTERM', () => void stop(0));

async function stop(code: number): Promise<void> {
  child.kill('SIGKILL');
  if (!hasEnded) await once(child, 'close');
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit(code);
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port: free } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return free;
}
