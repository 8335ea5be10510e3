import { setTimeout as sleep } from 'node:timers/promises';
import { Prng } from '../../server/play/prng.ts';
import { eventually } from '../../test/support/poll.ts';
import type { LogLine } from '../../test/support/start-server.ts';
import type { Compared } from './compare.ts';
import { runOneLife } from './one-life.ts';
import { isServer, planKills, type Kill } from './plan-kills.ts';
import { atMost, exactly, told, type Measure } from './report.ts';
import type { SteadyLoad } from './steady-load.ts';
import { TocsinUnderFault } from './tocsin-under-fault.ts';

export interface KillOptions {
  seed: number;
  kills: number;
  itemsPerSecond?: number;
  say: (line: string) => void;
}

const CLIENTS = 6;
const ITEMS_PER_SECOND = 500;
const BATCH_ITEMS = 20;
const REPEAT_SHARE = 0.2;
const IMPATIENT_SHARE = 0.05;
const ITEMS_MAX = 300_000;
const READY_AGAIN_MS_MAX = 30_000;
const AFTER_LAST_MS = 3_000;

/** One restart: when the process was killed, when every part said that it is ready, by the monotonic clock. */
interface Recovery {
  killedAtMs: number;
  readyMs: number;
}

/** Kills processes at random moments under load, then compares what was sent with what is there. */
export async function runKills({ seed, kills, itemsPerSecond = ITEMS_PER_SECOND, say }: KillOptions): Promise<Compared> {
  const tocsin = await TocsinUnderFault.prepare();
  return runOneLife({
    tocsin, seed, say,
    load: { clients: CLIENTS, itemsPerSecond, batchItems: BATCH_ITEMS, repeatShare: REPEAT_SHARE, impatientShare: IMPATIENT_SHARE, itemsMax: ITEMS_MAX },
    async trouble(load) {
      const harm = new Harm(tocsin, say);
      for (const [index, kill] of planKills(new Prng(seed), kills).entries()) await harm.inflict(kill, index + 1);
      await harm.recovered();
      await sleep(AFTER_LAST_MS);
      return harm.measures(kills, load);
    },
  });
}

class Harm {
  readonly #tocsin: TocsinUnderFault;
  readonly #say: (line: string) => void;
  readonly #recoveries: Recovery[] = [];
  /** The restart that is under way; true when the server got ready. */
  #restart: Promise<boolean> = Promise.resolve(true);
  /** A start that ends now was ended by the kill. */
  #killing = false;
  #done = 0;
  #endedByItself = 0;

  constructor(tocsin: TocsinUnderFault, say: (line: string) => void) {
    this.#tocsin = tocsin;
    this.#say = say;
  }

  async inflict({ victim, after, delayMs }: Kill, number: number): Promise<void> {
    if (after === 'ready') await this.recovered();
    await sleep(delayMs);
    if (this.#tocsin.endedByItself) await this.#startEnded();
    const [killedAtMs, epochMs] = [performance.now(), Date.now()];
    this.#done += 1;
    this.#say(`kill ${number}: ${victim}, ${delayMs} ms after ${after === 'ready' ? 'everything was ready' : 'the start began'}`);
    const [natsPid, enginePid] = [await this.#tocsin.natsPid(), await this.#tocsin.enginePid()];
    this.#killing = true;
    await this.#tocsin.kill(victim);
    await this.#restart;
    this.#killing = false;
    this.#restart = victim === 'nats-server' ? this.#untilBack('nats-server', () => this.#tocsin.natsPid(), natsPid)
      : victim === 'engine' ? this.#untilBack('engine', () => this.#tocsin.enginePid(), enginePid)
      : this.#tocsin.server.start().then(() => true, (error: Error) => this.#notStarted(error));
    void this.#restart.then((ready) => {
      if (!ready) return;
      const readyMs = performance.now() - killedAtMs;
      this.#recoveries.push({ killedAtMs, readyMs });
      this.#say(`  ready ${(readyMs / 1_000).toFixed(1)} s after kill ${number}${isServer(victim) ? `: ${stagesOfStart(this.#tocsin.server.logs, epochMs)}` : ''}`);
    });
  }

  /** @throws Error when the server does not get ready any more */
  async recovered(): Promise<void> {
    if (await this.#restart) return;
    await this.#startEnded();
  }

  measures(planned: number, { ledger }: SteadyLoad): Measure[] {
    const acceptedAgain = this.#recoveries.map(({ killedAtMs }) => ledger.acceptedAfterMs(killedAtMs) ?? Infinity);
    const readyAgain = this.#recoveries.map(({ readyMs }) => readyMs);
    return [
      exactly('kills', this.#done, 'kills', planned),
      told('kills that a ready server came after', this.#recoveries.length, 'kills'),
      exactly('ends that nobody asked for', this.#endedByItself, 'ends', 0),
      atMost('longest time from a kill to /readyz', Math.round(Math.max(...readyAgain)), 'ms', READY_AGAIN_MS_MAX),
      told('median time from a kill to /readyz', Math.round(median(readyAgain)), 'ms'),
      told('longest time from a kill to the next 202', Math.round(Math.max(...acceptedAgain)), 'ms'),
    ];
  }

  /** The server itself must start it again. */
  async #untilBack(what: string, pidNow: () => Promise<number | undefined>, before: number | undefined): Promise<boolean> {
    try {
      await eventually(async () => {
        const pid = await pidNow();
        return pid !== undefined && pid !== before;
      }, { what: `another ${what}`, limitMs: READY_AGAIN_MS_MAX });
      await this.#tocsin.ready();
      return true;
    } catch (error) {
      return this.#notStarted(error as Error);
    }
  }

  #notStarted(error: Error): false {
    if (!this.#killing) this.#say(error.message.split('\n')[0] ?? '');
    return false;
  }

  /** It ended, or does not get ready: that is a finding, and the run goes on with a new one. */
  async #startEnded(): Promise<void> {
    this.#endedByItself += 1;
    this.#say(`the server is not there any more\n${this.#tocsin.server.tail()}`);
    await this.#tocsin.kill('server');
    await this.#tocsin.server.start();
    this.#restart = Promise.resolve(true);
  }
}

/** What a start says as it goes, and when, in seconds after the kill. */
const STAGES: readonly [RegExp, string][] = [
  [/^nats-server is ready$/, 'log'], [/^the store is open$/, 'store'], [/^listening$/, 'listening'], [/^The counter starts from the snapshot/, 'snapshot read'],
  [/^the model is warm$/, 'model'], [/^the counter has caught up$/, 'caught up'], [/^ready$/, 'all'],
];

function stagesOfStart(logs: readonly LogLine[], killedAtEpochMs: number): string {
  const seen = STAGES.flatMap(([said, name]) => {
    const line = logs.find(({ msg }) => msg !== undefined && said.test(msg));
    return line === undefined ? [] : [`${name} ${((Date.parse(String(line['time'])) - killedAtEpochMs) / 1_000).toFixed(1)}`];
  });
  return seen.join(', ');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
