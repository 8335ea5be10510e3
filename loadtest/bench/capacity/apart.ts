import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectNatsBus } from '../../../stream/bus/nats-bus.ts';
import { silentLogger } from '../../../stream/bus/logger.ts';
import { startNatsServer, type NatsServer } from '../../../stream/bus/nats-server.ts';
import { openStore } from '../../../stream/store/clickhouse.ts';
import { getJson } from '../../../test/support/http.ts';
import { endProcess, killGroup } from '../../../test/support/run-tocsin.ts';
import { ServerProcess } from '../../../test/support/start-server.ts';
import { startChildServer } from '../../run/child-server.ts';
import { onInterrupt } from '../../run/clean-up.ts';
import { usageOf, type Usage } from '../../run/process-usage.ts';
import { startRole } from '../../run/start-role.ts';
import { ensureTool } from '../../run/tools.ts';

export const STAGES_APART = ['gateway', 'scorer', 'counter', 'nats', 'clickhouse'] as const;
export type StageApart = (typeof STAGES_APART)[number];
export type UsageApart = Record<StageApart, Usage>;

export interface Kept {
  /** Bytes on the disk for one item, of all tables. */
  storeBytesPerItem: number;
  scoredBytesPerItem: number;
}

const CREDENTIALS = { user: 'tocsin', password: 'capacity' };
const STOP_WITHIN_MS = 20_000;
const SETTLED_WITHIN_MS = 120_000;

/** Each role in a process of its own, before a nats-server and a ClickHouse of their own: so that the system itself tells what each costs. */
export class Apart {
  readonly #gateway: ServerProcess;
  readonly #pids: Record<StageApart, number>;
  readonly #nats: NatsServer;
  readonly #storeUrl: string;
  readonly #stop: () => Promise<void>;

  private constructor(parts: { gateway: ServerProcess; pids: Record<StageApart, number>; nats: NatsServer; storeUrl: string; stop: () => Promise<void> }) {
    this.#gateway = parts.gateway;
    this.#pids = parts.pids;
    this.#nats = parts.nats;
    this.#storeUrl = parts.storeUrl;
    this.#stop = parts.stop;
  }

  static async start(): Promise<Apart> {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-capacity-'));
    const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopping ??= (async () => {
      for (const each of undo.toReversed()) await each().catch(() => undefined);
    })());
    const forget = onInterrupt(stop);
    undo.unshift(async () => forget());
    try {
      const nats = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir: join(folder, 'nats'), logger: silentLogger });
      undo.push(() => nats.stop());
      const engine = await startChildServer<{ port: number }>('loadtest/run/testing/clickhouse-port.js', [join(folder, 'engine'), CREDENTIALS.user, CREDENTIALS.password]);
      undo.push(() => engine.stop());
      const storeUrl = `http://${CREDENTIALS.user}:${CREDENTIALS.password}@127.0.0.1:${engine.ready.port}`;
      const shared = { NATS_URL: nats.url, CLICKHOUSE_URL: storeUrl, TOCSIN_BACKLOG_SECONDS_MAX: '0' };
      const role = async (name: string): Promise<ChildProcess> => {
        const child = await startRole({ ...shared, TOCSIN_ROLES: name, TOCSIN_DATA_DIR: join(folder, name) });
        undo.push(() => endProcess(child, STOP_WITHIN_MS).then(() => killGroup(child)));
        return child;
      };
      const counter = await role('counter,notifier');
      const scorer = await role('scorer');
      const gateway = new ServerProcess(join(folder, 'gateway'), { ...shared, TOCSIN_ROLES: 'gateway' });
      undo.push(() => gateway.stop());
      await gateway.start();
      const pids = { gateway: gateway.pid ?? 0, scorer: scorer.pid ?? 0, counter: counter.pid ?? 0, nats: nats.pid ?? 0, clickhouse: engine.process.pid ?? 0 };
      return new Apart({ gateway, pids, nats, storeUrl, stop });
    } catch (error) {
      await stop();
      throw error;
    }
  }

  get url(): string {
    return this.#gateway.url;
  }

  settled(): Promise<void> {
    return this.#gateway.settled(SETTLED_WITHIN_MS);
  }

  /** @throws Error on a system that does not tell */
  async usage(): Promise<UsageApart> {
    const read = async (stage: StageApart): Promise<Usage> => {
      const usage = await usageOf([this.#pids[stage]]);
      if (usage === null) throw new Error(`this system does not tell what the process of ${stage} uses (no /proc)`);
      return usage;
    };
    const [gateway, scorer, counter, nats, clickhouse] = await Promise.all(STAGES_APART.map(read));
    return { gateway, scorer, counter, nats, clickhouse } as UsageApart;
  }

  /** Rules in force, each of which the counter evaluates. */
  async rules(): Promise<number> {
    const { body } = await getJson<{ rules: unknown[] }>(`${this.url}/v1/rules`);
    return body.rules.length;
  }

  /** Call when everything is stored. @param items that were sent */
  async kept(items: number): Promise<Kept> {
    const store = openStore({ url: this.#storeUrl, dataDir: '' });
    const bus = await connectNatsBus({ servers: this.#nats.url, name: 'capacity', clock: { nowMs: () => Date.now() }, telemetry: () => undefined, limits: { logBytesMax: this.#nats.logBytesMax } });
    try {
      const [[bytes] = []] = await store.select(`SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '${store.database}'`);
      const scored = await bus.log('scored').info();
      return { storeBytesPerItem: Number(bytes) / items, scoredBytesPerItem: scored.bytes / items };
    } finally {
      await bus.close(1_000);
      await store.close();
    }
  }

  async stop(): Promise<void> {
    await this.#stop();
  }
}
