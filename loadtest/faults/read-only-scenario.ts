import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareEverything, type Compared } from './compare.ts';
import { cannotFreeze, freeze, thaw } from './frozen-folder.ts';
import { itemMaker } from './make-items.ts';
import { ensureUp, loadUnderTrouble, refuseAndRecover, tryToStart } from './refusal-run.ts';
import { exactly, type Measure } from './report.ts';
import { TocsinUnderFault } from './tocsin-under-fault.ts';

const FROZEN_BEFORE_KILL_MS = 2_000;

/** Makes the log's folder read-only under load, twice: once the server must live through it, once it is killed and started on it. */
export async function runReadOnly({ seed, say }: { seed: number; say: (line: string) => void }): Promise<Compared | { skipped: string }> {
  const reason = await cannotFreeze();
  if (reason !== undefined) return { skipped: reason };
  const tocsin = await TocsinUnderFault.prepare();
  const folder = join(tocsin.dataDir, 'nats');
  try {
    await tocsin.server.start();
    const load = loadUnderTrouble(tocsin, seed, await itemMaker(seed));
    load.start();
    const measures: Measure[] = [];
    try {
      measures.push(...await refuseAndRecover({ tocsin, load, say, trouble: { begin: () => freeze(folder), end: () => thaw(folder) } }));
      await ensureUp(tocsin);
      measures.push(...await killWhileFrozen({ tocsin, folder, say }));
    } finally {
      await thaw(folder);
      await ensureUp(tocsin);
      await load.stop();
    }
    const compared = await compareEverything(tocsin, load.ledger);
    say(`answers: ${[...load.ledger.outcomes].map(([name, times]) => `${name} × ${times}`).join(', ')}`);
    return { measures: [...measures, ...compared.measures], sentences: compared.sentences };
  } catch (error) {
    say(tocsin.server.tail());
    throw error;
  } finally {
    await thaw(folder).catch(() => undefined);
    await tocsin.dispose();
  }
}

async function killWhileFrozen({ tocsin, folder, say }: { tocsin: TocsinUnderFault; folder: string; say: (line: string) => void }): Promise<Measure[]> {
  await freeze(folder);
  await sleep(FROZEN_BEFORE_KILL_MS);
  await tocsin.kill('both');
  const refusal = await tryToStart(tocsin);
  say(`a start on the read-only folder: ${refusal ?? 'works'}`);
  await thaw(folder);
  if (refusal !== undefined) await tocsin.server.start();
  const told = refusal !== undefined && /cannot be used: (this user may not write there|it is on a read-only disk)/.test(refusal);
  return [exactly('a start on the read-only folder says why not', told ? 1 : 0, 'starts', 1)];
}
