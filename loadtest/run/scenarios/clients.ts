import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestSocket } from '../../../server/live/testing/test-socket.ts';
import { judge, told, type Figure } from '../figures.ts';
import { openConnections } from '../open-connections.ts';
import { judgeLatency, notKnown, offer, rounds, type Context, type Scenario } from './context.ts';

const PER_SECOND = 1_000;
const BODY_TIMEOUT_SECONDS = 10;
const COUNT_EVERY_MS = 500;
/** As at 2,000/s. */
const P99_MS_MAX = 200;
/** A working day: what is told within half a second is told at once; a question takes what a board may (300 ms, twelve months 1.5 s). */
const MIXED_P99_MS_MAX = 500;
const QUERY_P50_MS_MAX = 300;
const QUERY_P99_MS_MAX = 1_500;

/** Many small clients, each with a connection of its own that it sends over now and then. */
export const manyConnections: Scenario = async (context) => {
  const { size, subject } = context;
  const connections = size === 'full' ? 2_000 : size === 'quick' ? 500 : 100;
  const seconds = size === 'full' ? 20 : 4;
  // k6 hands arrivals to its clients in turn: each sends every other second.
  const running = offer(context, { arrivals: rounds(1, seconds, { name: 'connections', exec: 'single', perSecond: connections / 2, connections }) });
  let most: number | null = null;
  const counting = setInterval(() => void openConnections(subject.server.port).then((open) => (most = open === null ? most : Math.max(most ?? 0, open))), COUNT_EVERY_MS);
  const run = await running.finally(() => clearInterval(counting));
  context.keepSamples('many connections', run.samples);
  const title = `${connections.toLocaleString('en-US')} connections`;
  const droppedShare = run.dropped / (run.dropped + run.iterations);
  return [
    ...(most === null ? [] : [judge(told(`${title}: open at once`, most, 'connections'), 'at-least', connections)]),
    told(`${title}: accepted`, Math.round(run.acceptedItems / run.seconds), 'items/s'),
    told(`${title}: arrivals that k6 could not start`, droppedShare, 'share'),
    told(`${title}: answer p50`, run.all.p50, 'ms'),
    judgeLatency(context, told(`${title}: answer p99`, run.all.p99, 'ms'), P99_MS_MAX),
    notKnown(title, run.uncertainItems),
  ];
};

/** Clients that send a byte now and then and walls that stop reading, beside a steady load that must not notice. */
export const slowClients: Scenario = async (context) => {
  const { size, subject, reference } = context;
  const count = size === 'full' ? 500 : 50;
  const seconds = size === 'smoke' ? 2 : size === 'quick' ? 3 : BODY_TIMEOUT_SECONDS + 5;
  const dripping = await Promise.all(Array.from({ length: count }, () => drip(subject.server.port)));
  const walls = await Promise.all(Array.from({ length: 20 }, () => TestSocket.open(subject.server.port)));
  for (const wall of walls) {
    wall.send(JSON.stringify({ subscribe: ['counts', 'feedback'] }));
    wall.pause();
  }
  const run = await offer(context, { arrivals: rounds(1, seconds, { name: 'slow', exec: 'single', perSecond: PER_SECOND, connections: 100 }) });
  await sleep(size === 'full' ? 2_000 : 0);
  const answered = dripping.filter(({ answer }) => answer() !== '');
  for (const { socket } of dripping) socket.destroy();
  for (const wall of walls) wall.destroy();
  context.keepSamples('slow clients', run.samples);
  return [
    judgeLatency(context, besideReference(reference, told(`beside ${count} slow senders and ${walls.length} walls that do not read: answer p99`, run.all.p99, 'ms')), P99_MS_MAX),
    notKnown('beside slow clients', run.uncertainItems),
    ...(size === 'full' ? [judge(told(`slow senders that were answered 408 after ${BODY_TIMEOUT_SECONDS} s`, answered.filter(({ answer }) => answer().includes(' 408 ')).length, 'clients'), 'exactly', count)] : []),
  ];
};

function besideReference(reference: Context['reference'], figure: Figure): Figure {
  return reference === undefined ? figure : { ...figure, peer: 'bare handler at 2,000/s', ratio: figure.value / reference.single.p99 };
}

/** Sends a head, then a byte of the body every second. */
function drip(port: number): Promise<{ socket: Socket; answer(): string }> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST /v1/feedback HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{');
      resolve({ socket, answer: () => received });
    });
    const timer = setInterval(() => socket.write(' '), 1_000);
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => clearInterval(timer));
  });
}

/** What a working day looks like: a steady stream, walls, and analysts with their questions. */
export const mixed: Scenario = async (context) => {
  const { size, reference } = context;
  const seconds = size === 'full' ? 30 : 4;
  const walls = size === 'smoke' ? 5 : 100;
  const run = await offer(context, {
    wallSeconds: seconds,
    arrivals: [
      { name: 'mixed', exec: 'single', perSecond: PER_SECOND, startsAfterSeconds: 1, seconds, connections: 100 },
      { name: 'walls', exec: 'wall', startsAfterSeconds: 0, seconds, connections: walls },
      { name: 'analysts', exec: 'query', perSecond: 20, startsAfterSeconds: 1, seconds, connections: 40 },
    ],
  });
  context.keepSamples('mixed', run.samples);
  return [
    judgeLatency(context, besideReference(reference, told(`beside ${walls} walls and 20 queries/s: answer p99`, run.all.p99, 'ms')), MIXED_P99_MS_MAX),
    judgeLatency(context, told('mixed: query p50', run.queryLatency.p50, 'ms'), QUERY_P50_MS_MAX),
    judgeLatency(context, told('mixed: query p99', run.queryLatency.p99, 'ms'), QUERY_P99_MS_MAX),
    judge(told('mixed: messages pushed to each wall', Math.round(run.wallMessages / walls), 'messages'), 'at-least', seconds),
    notKnown('mixed', run.uncertainItems),
    judge(told('mixed: queries answered otherwise than 200', run.unexpectedAnswers, 'queries'), 'exactly', 0),
    told('mixed: queries answered', run.queryLatency.count, 'queries'),
  ];
};

/** Every tenth request is wrong in one of nine ways; each gets its 4xx with a problem document, and the others do not notice. */
export const badInput: Scenario = async (context) => {
  const seconds = context.size === 'full' ? 10 : 2;
  const run = await offer(context, { badShare: 0.1, arrivals: rounds(1, seconds, { name: 'bad', exec: 'single', perSecond: PER_SECOND, connections: 100 }) });
  return [
    judge(told('bad input: requests that were wrong and answered so', run.badAnswered, 'requests'), 'at-least', 1),
    judge(told('bad input: answered otherwise than it must be', run.unexpectedAnswers, 'requests'), 'exactly', 0),
    notKnown('bad input', run.uncertainItems),
    told('bad input: answer p99 of the good ones', run.all.p99, 'ms'),
  ];
};
