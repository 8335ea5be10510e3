import { connect } from 'node:net';
import { parseArgs } from 'node:util';

/**
 * A client of a few lines: many connections, each sends its next request when it was answered. A process of its own, with
 * requests that were put together before, so that it costs far less than what it measures. Prints `{answered, failed, seconds}`.
 */
export interface ClosedLoop {
  port: number;
  connections: number;
  seconds: number;
  contentType: string;
  /** Sent in turn by every connection. */
  bodies: readonly string[];
}

export interface ClosedLoopResult {
  answered: number;
  failed: number;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** 200 of those that know no other, 202 of ours. */
const OK = Buffer.from('HTTP/1.1 20');
const HEAD_END = Buffer.from('\r\n\r\n');

async function closedLoop({ port, connections, seconds, contentType, bodies }: ClosedLoop): Promise<ClosedLoopResult> {
  const requests = bodies.map((body) => Buffer.from(`POST /v1/feedback HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`));
  const tookMs: number[] = [];
  let [answered, failed, next] = [0, 0, 0];
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1_000;
  await Promise.all(Array.from({ length: connections }, () => new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let received: Buffer = Buffer.alloc(0);
    let sentMs = 0;
    const send = (): void => {
      sentMs = performance.now();
      if (sentMs >= untilMs) return void socket.end();
      socket.write(requests[next++ % requests.length] ?? '');
    };
    socket.on('connect', send);
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const headEnd = received.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received.toString('latin1', 0, headEnd))?.[1] ?? 0);
      if (received.length < headEnd + 4 + length) return;
      if (received.subarray(0, OK.length).equals(OK)) answered += 1;
      else failed += 1;
      tookMs.push(performance.now() - sentMs);
      received = Buffer.alloc(0);
      send();
    });
    socket.on('close', () => resolve());
    socket.on('error', reject);
  })));
  tookMs.sort((a, b) => a - b);
  const at = (share: number): number => tookMs[Math.floor(tookMs.length * share)] ?? NaN;
  return { answered, failed, seconds: (performance.now() - startedMs) / 1_000, p50: at(0.5), p99: at(0.99) };
}

const { values } = parseArgs({ options: { load: { type: 'string' } }, strict: false });
if (typeof values.load === 'string') {
  const { readFile } = await import('node:fs/promises');
  console.log(JSON.stringify(await closedLoop(JSON.parse(await readFile(values.load, 'utf8')) as ClosedLoop)));
}
