import { setTimeout as sleep } from 'node:timers/promises';
import { judge, told, type Figure } from '../figures.ts';
import { checkLedger, Ledger } from '../ledger.ts';
import { SplitSubject } from '../split-subject.ts';
import { notKnown, offer, rounds, type Context, type Offered, type Scenario } from './context.ts';

const PER_SECOND = 500;
const SETTLED_WITHIN_MS = 240_000;

interface Disturbance {
  title: string;
  /** Letters: part of ids. */
  name: string;
  seconds: number;
  /** Behind the load, for what the disturbance left. */
  storedWithinSeconds: number;
  /** Happens while the load runs; resolves when the disturbance is over. */
  disturb(split: SplitSubject): Promise<void>;
}

/** ClickHouse refuses everything for a while. Acceptance, scoring and counting go on; the rows follow when it is back. */
export const clickhouseAway: Scenario = async (context) => {
  const awaySeconds = context.size === 'full' ? 60 : 5;
  return await under(context, {
    title: `ClickHouse away for ${awaySeconds} s`, name: 'away', seconds: awaySeconds + 6, storedWithinSeconds: 60,
    async disturb({ clickhouse }) {
      await sleep(2_000);
      await clickhouse.shut();
      await sleep(awaySeconds * 1_000);
      await clickhouse.open();
    },
  });
};

/** The scorer's process is killed and another one starts. Acceptance goes on; counts are lower bounds until it has caught up. */
export const scorerKilled: Scenario = async (context) => await under(context, {
  title: 'scorer killed', name: 'scorer', seconds: context.size === 'full' ? 20 : 8, storedWithinSeconds: 30,
  async disturb(split) {
    await sleep(3_000);
    split.killScorer();
    await split.startScorerAgain();
  },
});

async function under(context: Context, { title, name, seconds, storedWithinSeconds, disturb }: Disturbance): Promise<Figure[]> {
  const split = await SplitSubject.start();
  const ledger = new Ledger();
  const idPrefix = `${context.idPrefix}${name}`;
  try {
    const own: Context = { ...context, subject: split.subject, ledger, idPrefix };
    const loading = offer(own, { arrivals: rounds(1, seconds, { name, exec: 'single', perSecond: PER_SECOND, connections: 200 }) });
    const [run] = await Promise.all([loading, disturb(split)] as [Promise<Offered>, Promise<void>]);
    const startedMs = Date.now();
    await split.subject.server.settled(SETTLED_WITHIN_MS);
    const stored = told(`${title}: everything stored after the load`, (Date.now() - startedMs) / 1_000, 's');
    context.keepSamples(title, run.samples);
    const checks = await checkLedger(split.subject, ledger, idPrefix, { url: split.storeUrl, dataDir: '' });
    return [
      told(`${title}: answer p99`, run.all.p99, 'ms'),
      notKnown(title, run.uncertainItems),
      context.size === 'smoke' ? stored : judge(stored, 'at-most', storedWithinSeconds),
      ...checks.filter(({ scenario }) => scenario === undefined).map((figure) => ({ ...figure, name: `${title}: ${figure.name}` })),
    ];
  } finally {
    await split.dispose();
  }
}
