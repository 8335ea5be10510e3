import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/support/poll.ts';
import type { Compared } from './compare.ts';
import { runOneLife } from './one-life.ts';
import { LOAD_UNDER_TROUBLE } from './refusal-run.ts';
import { atLeast, exactly } from './report.ts';
import { TocsinUnderFault } from './tocsin-under-fault.ts';

const MIB = 1024 ** 2;
/** The scored log is full first; then nothing leaves the raw log, and that one fills. */
const SMALL_LOGS = { TOCSIN_RAW_LOG_BYTES_MAX: String(MIB), TOCSIN_SCORED_LOG_BYTES_MAX: String(2 * MIB) };
const LARGE_LOGS = { TOCSIN_RAW_LOG_BYTES_MAX: String(64 * MIB), TOCSIN_SCORED_LOG_BYTES_MAX: String(256 * MIB) };
const REFUSED_WITHIN_MS = 120_000;
const HELD_MS = 4_000;

/** Logs at their size limits, which needs no rights: refuses, and goes on where it stood after a restart with larger limits. */
export async function runLogFull({ seed, say }: { seed: number; say: (line: string) => void }): Promise<Compared> {
  const tocsin = await TocsinUnderFault.prepare({ env: { ...SMALL_LOGS } });
  return runOneLife({
    tocsin, seed, say, load: LOAD_UNDER_TROUBLE,
    async trouble({ ledger }) {
      await eventually(() => ledger.refusedAtMs.length > 0, { what: 'a refusal', limitMs: REFUSED_WITHIN_MS }).catch((error: Error) => say(error.message));
      await sleep(HELD_MS);
      say(`${ledger.refusedAtMs.length} refusals; the server is started anew with larger logs`);
      return [atLeast('refusals with 429 or 503', ledger.refusedAtMs.length, 'answers', 1), exactly('refusals without a clear problem', ledger.unclearProblems, 'answers', 0)];
    },
    async mend() {
      await tocsin.server.stop();
      Object.assign(tocsin.env, LARGE_LOGS);
      await tocsin.server.start();
    },
  });
}
