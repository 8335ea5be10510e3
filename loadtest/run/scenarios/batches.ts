import { startChildServer } from '../child-server.ts';
import { judge, told, type Figure } from '../figures.ts';
import { runK6 } from '../run-k6.ts';
import { notKnown, offer, rounds, type Context, type Scenario } from './context.ts';

const BATCH_ITEMS = 100;
const LIMIT_TARGET = 50_000;
const BATCHES_PER_SECOND = 900;
const CONNECTIONS = 32;
const SETTLED_WITHIN_MS = 240_000;

/**
 * NDJSON of 100, more than any server here can take: how many items a second are durable. First the gateway's role by itself before a
 * nats-server, as the budget has it; then the whole program, which shares the processors with everything behind the gateway and
 * refuses what it could not score in time.
 */
export const batchesToTheLimit: Scenario = async (context) => {
  const { size } = context;
  const seconds = { smoke: 2, quick: 4, full: 10 }[size];
  const load = rounds(1, seconds, { name: 'limit', exec: 'batch', perSecond: size === 'smoke' ? 20 : BATCHES_PER_SECOND, connections: CONNECTIONS });
  const alone = await gatewayAlone(context, load);
  const run = await offer(context, { batchItems: BATCH_ITEMS, arrivals: load });
  const startedMs = Date.now();
  await context.subject.server.settled(SETTLED_WITHIN_MS);
  context.keepSamples('NDJSON of 100 to the limit', run.samples);
  const title = `NDJSON of ${BATCH_ITEMS} to the limit`;
  return [
    ...alone,
    beside(context, told(`${title}, whole program: durable`, Math.round(run.acceptedItems / run.seconds), 'items/s')),
    told(`${title}, whole program: answer p50`, run.all.p50, 'ms'),
    told(`${title}, whole program: answer p99`, run.all.p99, 'ms'),
    told(`${title}, whole program: refused with 429`, run.refusedItems, 'items'),
    notKnown(`${title}, whole program`, run.uncertainItems),
    told(`${title}: what waited behind the gateway was stored after`, (Date.now() - startedMs) / 1_000, 's'),
  ];
};

async function gatewayAlone(context: Context, arrivals: ReturnType<typeof rounds>): Promise<Figure[]> {
  const { size, k6, fragmentsFile, idPrefix } = context;
  const gateway = await startChildServer<{ port: number }>('loadtest/peers/gateway/gateway-alone.js');
  try {
    const run = await runK6({ k6, fragmentsFile, idPrefix, batchItems: BATCH_ITEMS, url: `http://127.0.0.1:${gateway.ready.port}`, arrivals });
    const figure = beside(context, told(`NDJSON of ${BATCH_ITEMS} to the limit, gateway and log alone: durable`, Math.round(run.acceptedItems / run.seconds), 'items/s'));
    return [
      size === 'smoke' ? figure : judge(figure, 'at-least', LIMIT_TARGET),
      notKnown(`NDJSON of ${BATCH_ITEMS} to the limit, gateway and log alone`, run.uncertainItems),
    ];
  } finally {
    await gateway.stop();
  }
}

function beside({ reference }: Context, figure: Figure): Figure {
  return reference === undefined ? figure : { ...figure, peer: 'bare handler', ratio: figure.value / reference.batchItemsPerSecond };
}
