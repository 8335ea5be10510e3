import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../stream/bus/logger.ts';
import { startNatsServer, type NatsServer } from '../../stream/bus/nats-server.ts';
import { endProcess, killGroup } from '../../test/support/run-tocsin.ts';
import { onInterrupt } from './clean-up.ts';
import { startChildServer, type ChildServer } from './child-server.ts';
import { startRole } from './start-role.ts';
import { Subject } from './subject.ts';
import { TcpGate } from './tcp-gate.ts';
import { ensureTool } from './tools.ts';

const CREDENTIALS = { user: 'tocsin', password: 'load-test' };
const STOP_WITHIN_MS = 20_000;

interface Parts {
  folder: string;
  nats: NatsServer;
  engine: ChildServer<{ port: number }>;
  scorerEnv: Record<string, string>;
}

/** The roles in two processes, with a nats-server and a ClickHouse that are not theirs: what each can be taken away from the others. */
export class SplitSubject {
  readonly subject: Subject;
  readonly storeUrl: string;
  readonly clickhouse: TcpGate;
  readonly #parts: Parts;
  readonly #forget: () => void;
  #scorer: ChildProcess;

  private constructor(parts: Parts & { subject: Subject; storeUrl: string; clickhouse: TcpGate; scorer: ChildProcess }) {
    this.subject = parts.subject;
    this.storeUrl = parts.storeUrl;
    this.clickhouse = parts.clickhouse;
    this.#parts = parts;
    this.#scorer = parts.scorer;
    this.#forget = onInterrupt(() => this.dispose());
  }

  static async start(): Promise<SplitSubject> {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-split-'));
    const nats = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir: join(folder, 'nats-data'), logger: silentLogger });
    const engine = await startChildServer<{ port: number }>('loadtest/run/testing/clickhouse-port.js', [join(folder, 'engine'), CREDENTIALS.user, CREDENTIALS.password]);
    const clickhouse = new TcpGate(engine.ready.port);
    await clickhouse.open();
    const storeUrl = `http://${CREDENTIALS.user}:${CREDENTIALS.password}@127.0.0.1:${clickhouse.port}`;
    const shared = { NATS_URL: nats.url, CLICKHOUSE_URL: storeUrl };
    const scorerEnv = { ...shared, TOCSIN_ROLES: 'scorer', TOCSIN_DATA_DIR: join(folder, 'scorer') };
    const subject = await Subject.start({ ...shared, TOCSIN_ROLES: 'gateway,counter,notifier' });
    return new SplitSubject({ folder, nats, engine, scorerEnv, subject, storeUrl, clickhouse, scorer: await startRole(scorerEnv) });
  }

  /** kill -9, as the system does to a process that takes too much memory. */
  killScorer(): void {
    killGroup(this.#scorer);
  }

  async startScorerAgain(): Promise<void> {
    this.#scorer = await startRole(this.#parts.scorerEnv);
  }

  async dispose(): Promise<void> {
    this.#forget();
    await endProcess(this.#scorer, STOP_WITHIN_MS);
    killGroup(this.#scorer);
    await this.subject.dispose();
    await this.clickhouse.shut();
    await this.#parts.engine.stop();
    await this.#parts.nats.stop();
    await rm(this.#parts.folder, { recursive: true, force: true });
  }
}
