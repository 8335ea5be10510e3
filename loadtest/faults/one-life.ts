import { compareEverything, type Compared } from './compare.ts';
import { itemMaker } from './make-items.ts';
import type { Measure } from './report.ts';
import { SteadyLoad, type LoadOptions } from './steady-load.ts';
import type { TocsinUnderFault } from './tocsin-under-fault.ts';

export interface OneLife {
  tocsin: TocsinUnderFault;
  seed: number;
  load: Omit<LoadOptions, 'url' | 'seed' | 'makeLine'>;
  say: (line: string) => void;
  /** What goes wrong, under load; answers what was measured. */
  trouble(load: SteadyLoad): Promise<Measure[]>;
  /** Makes all well again while the load still comes, whatever became of `trouble`. */
  mend?(): Promise<void>;
}

/** What every scenario begins and ends with: the server under load, then the comparison of what was sent with what is there. Removes the server in any case. */
export async function runOneLife({ tocsin, seed, load: how, say, trouble, mend }: OneLife): Promise<Compared> {
  try {
    await tocsin.server.start();
    const load = new SteadyLoad({ url: tocsin.url, seed, ...how, makeLine: await itemMaker(seed) });
    load.start();
    const measures: Measure[] = [];
    try {
      measures.push(...await trouble(load));
    } finally {
      await mend?.();
      await load.stop();
    }
    const compared = await compareEverything(tocsin, load.ledger);
    say(`answers: ${[...load.ledger.outcomes].map(([name, times]) => `${name} × ${times}`).join(', ')}`);
    return { measures: [...measures, ...compared.measures], sentences: compared.sentences };
  } catch (error) {
    say(tocsin.server.tail());
    throw error;
  } finally {
    await tocsin.dispose();
  }
}
