import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Compared } from './compare.ts';
import { runOneLife } from './one-life.ts';
import { LOAD_UNDER_TROUBLE, ensureUp, refuseAndRecover, tryToStart } from './refusal-run.ts';
import { exactly, type Measure } from './report.ts';
import { SmallDisk } from './small-disk.ts';
import { TocsinUnderFault } from './tocsin-under-fault.ts';

/** The server wants 640 MiB free to start. */
const DISK_BYTES = 900 * 1024 ** 2;
const LEFT_BYTES = 2 * 1024 ** 2;
const FULL_BEFORE_KILL_MS = 3_000;

/** Fills the disk under load, twice: once the server must live through it, once it is killed and started on the full disk. */
export async function runDiskFull({ seed, say }: { seed: number; say: (line: string) => void }): Promise<Compared | { skipped: string }> {
  const disk = await SmallDisk.mount(DISK_BYTES);
  if (!(disk instanceof SmallDisk)) return disk;
  const dataDir = join(disk.folder, 'data');
  await mkdir(dataDir);
  const tocsin = await TocsinUnderFault.prepare({ dataDir });
  try {
    return await runOneLife({
      tocsin, seed, say, load: LOAD_UNDER_TROUBLE,
      async trouble(load) {
        const lived = await refuseAndRecover({ tocsin, load, say, trouble: { begin: () => disk.fill(LEFT_BYTES), end: () => disk.makeRoom() } });
        await ensureUp(tocsin);
        return [...lived, ...await killWhileFull({ tocsin, disk, say })];
      },
      async mend() {
        await disk.makeRoom();
        await ensureUp(tocsin);
      },
    });
  } finally {
    await disk.unmount();
  }
}

async function killWhileFull({ tocsin, disk, say }: { tocsin: TocsinUnderFault; disk: SmallDisk; say: (line: string) => void }): Promise<Measure[]> {
  await disk.fill(LEFT_BYTES);
  await sleep(FULL_BEFORE_KILL_MS);
  await tocsin.kill('both');
  const refusal = await tryToStart(tocsin);
  say(`a start on the full disk: ${refusal ?? 'works'}`);
  const told = refusal === undefined || /The disk of .* has only \d+ MiB free/.test(refusal);
  await disk.makeRoom();
  if (refusal !== undefined) await tocsin.server.start();
  return [exactly('a start on the full disk works or says why not', told ? 1 : 0, 'starts', 1)];
}
