import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerStatus, type WebhookAnswer } from '../../../test/support/webhook-receiver.ts';
import { judge, told } from '../figures.ts';
import { latencyMs, Markers } from '../markers.ts';
import { longestPauseMs } from '../sampler.ts';
import { notKnown, offer, rounds, type Scenario } from './context.ts';

const PER_SECOND = 500;
const SETTLED_WITHIN_MS = 240_000;
const SLOW_MS = 1_000;
/** nats-server is started again, the program connects to it, and what waited is counted. */
const STANDS_STILL_SECONDS_MAX = 10;

/** A receiver that takes a second for each page: walls and acceptance must not wait for it, and no page is lost. */
export const slowWebhook: Scenario = async (context) => {
  const { subject, idPrefix, size } = context;
  const seconds = size === 'full' ? 20 : 4;
  const slow: WebhookAnswer = (response) => void setTimeout(() => answerStatus(200)(response), SLOW_MS);
  subject.webhook.script(...Array.from({ length: seconds * 4 }, () => slow));
  const markers = new Markers({ subject, idPrefix: `${idPrefix}-w`, perSecond: 4, askedEvery: 1_000 });
  await markers.start();
  const run = await offer(context, { arrivals: rounds(1, seconds, { name: 'webhook', exec: 'single', perSecond: PER_SECOND, connections: 50 }) });
  const sent = await markers.stop();
  context.ledger.addMarkers(sent, context.scenario, 'w');
  const wall = told('receiver that takes 1 s a page: POST → wall p99', latencyMs(sent, 'wall', 99), 'ms');
  return [
    judge(told('receiver that takes 1 s a page: markers never paged', sent.filter(({ seenAtMs }) => seenAtMs.answered !== undefined && seenAtMs.webhook === undefined).length, 'markers'), 'exactly', 0),
    size === 'smoke' ? wall : judge(wall, 'at-most', SLOW_MS / 2),
    notKnown('receiver that takes 1 s a page', run.uncertainItems),
    told('receiver that takes 1 s a page: answer p99', run.all.p99, 'ms'),
  ];
};

/** nats-server is killed under load; the program brings it back. Accepted items stay, others get 503 or wait. */
export const natsRestart: Scenario = async (context) => {
  const { subject, size } = context;
  const seconds = size === 'full' ? 20 : 6;
  const loading = offer(context, { arrivals: rounds(1, seconds, { name: 'natskill', exec: 'single', perSecond: PER_SECOND, connections: 200 }) });
  await sleep((seconds * 1_000) / 3);
  const pid = Number(await readFile(join(subject.server.dataDir, 'nats', 'nats-server.pid'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  const killedAtMs = Date.now();
  const run = await loading;
  await subject.server.settled(SETTLED_WITHIN_MS);
  const stoodStillMs = longestPauseMs(run.samples, killedAtMs);
  context.keepSamples('nats-server killed', run.samples);
  return [
    judge(told('nats-server killed: counting stood still for', stoodStillMs / 1_000, 's'), 'at-most', STANDS_STILL_SECONDS_MAX),
    told('nats-server killed: accepted', run.acceptedItems, 'items'),
    told('nats-server killed: refused or not known', run.refusedItems + run.uncertainItems, 'items'),
  ];
};
