import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Compared } from './compare.ts';
import { cannotFreeze, freeze, thaw } from './frozen-folder.ts';
import { runOneLife } from './one-life.ts';
import { LOAD_UNDER_TROUBLE, ensureUp, refuseAndRecover, tryToStart } from './refusal-run.ts';
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
    return await runOneLife({
      tocsin, seed, say, load: LOAD_UNDER_TROUBLE,
      async trouble(load) {
        const lived = await refuseAndRecover({ tocsin, load, say, trouble: { begin: () => freeze(folder), end: () => thaw(folder) } });
        await ensureUp(tocsin);
        return [...lived, ...await killWhileFrozen({ tocsin, folder, say })];
      },
      async mend() {
        await thaw(folder);
        await ensureUp(tocsin);
      },
    });
  } finally {
    await thaw(folder).catch(() => undefined);
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
  const told = refusal !== undefined && /(this user may not write there|it is on a read-only disk).*\[data_dir_unusable\]/u.test(refusal);
  return [exactly('a start on the read-only folder says why not', told ? 1 : 0, 'starts', 1)];
}
