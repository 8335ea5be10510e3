import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, isAlive } from '../../stream/bus/process-table.ts';
import type { StoreOptions } from '../../stream/store/clickhouse.ts';
import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import { ServerProcess } from '../../test/support/start-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import { FAULT_RULES, ruleFile } from './fault-rules.ts';
import type { Victim } from './plan-kills.ts';

const GONE_WITHIN_MS = 30_000;
const READY_WITHIN_MS = 60_000;

/** The real server as a user starts it, with rules and a webhook receiver for the comparison, and the means to harm it. */
export class TocsinUnderFault {
  readonly dataDir: string;
  readonly url: string;
  readonly webhook: WebhookReceiver;
  readonly server: ServerProcess;
  /** Settings of the next start. */
  readonly env: Record<string, string>;
  /** Where its rows are once it has stopped. */
  readonly store: StoreOptions;
  readonly #folder: string;

  private constructor(parts: { folder: string; dataDir: string; port: number; webhook: WebhookReceiver; env: Record<string, string> }) {
    this.#folder = parts.folder;
    this.dataDir = parts.dataDir;
    this.webhook = parts.webhook;
    this.url = `http://127.0.0.1:${parts.port}`;
    this.env = { TOCSIN_HTTP_PORT: String(parts.port), TOCSIN_WEBHOOK_URL: parts.webhook.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1', TOCSIN_RULES_DIR: join(parts.folder, 'rules'), ...parts.env };
    this.store = { dataDir: parts.dataDir, ...(parts.env['CLICKHOUSE_URL'] === undefined ? {} : { url: parts.env['CLICKHOUSE_URL'] }) };
    this.server = new ServerProcess(parts.dataDir, this.env);
  }

  /** Makes everything and starts nothing. @param dataDir a folder to use; else one in a temporary folder of its own */
  static async prepare({ dataDir, env = {} }: { dataDir?: string; env?: Record<string, string> } = {}): Promise<TocsinUnderFault> {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-faults-'));
    await mkdir(join(folder, 'rules'));
    await writeFile(join(folder, 'rules', 'faults.yaml'), ruleFile(FAULT_RULES));
    return new TocsinUnderFault({ folder, dataDir: dataDir ?? join(folder, 'data'), port: await freePort(), webhook: await startWebhookReceiver(), env });
  }

  /** Pid of the nats-server that works on this data folder; undefined while there is none. */
  async natsPid(): Promise<number | undefined> {
    const pid = Number(await readFile(join(this.dataDir, 'nats', 'nats-server.pid'), 'utf8').catch(() => ''));
    if (!(pid > 0) || !isAlive(pid)) return undefined;
    return (await commandLine(pid))?.includes(join(this.dataDir, 'nats')) === true ? pid : undefined;
  }

  /** Pid of the process of the embedded ClickHouse engine; undefined while there is none. */
  async enginePid(): Promise<number | undefined> {
    const { pid: serverPid } = this.server;
    for (const name of await readdir('/proc')) {
      const pid = Number(name);
      if (!(pid > 0) || !isAlive(pid) || (await commandLine(pid))?.includes('engine-main') !== true) continue;
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // After the name in parentheses: state, parent, group. The server leads its group.
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === serverPid) return pid;
    }
    return undefined;
  }

  /** kill -9; returns when the victims are gone. */
  async kill(victim: Victim): Promise<void> {
    if (victim === 'engine') return this.#killEngine();
    const natsPid = victim === 'server' ? undefined : await this.natsPid();
    if (natsPid !== undefined) process.kill(natsPid, 'SIGKILL');
    if (victim !== 'nats-server') await this.server.kill('server');
    if (natsPid !== undefined) await eventually(() => !isAlive(natsPid), { what: `nats-server ${natsPid} to be gone`, limitMs: GONE_WITHIN_MS });
  }

  async #killEngine(): Promise<void> {
    const pid = await this.enginePid();
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    await eventually(() => !isAlive(pid), { what: `the engine ${pid} to be gone`, limitMs: GONE_WITHIN_MS });
  }

  async ready(limitMs = READY_WITHIN_MS): Promise<void> {
    await eventually(async () => (await getJson(`${this.url}/readyz`)).status === 200, { what: 'the server to be ready', limitMs });
  }

  /** Whether the program ended though nobody ended it. */
  get endedByItself(): boolean {
    return this.server.logs.some(({ msg }) => msg?.startsWith('a part failed for good') === true);
  }

  /** Stops everything that was started here and removes the folder. */
  async dispose(): Promise<void> {
    await this.server.stop().catch(() => undefined);
    await this.kill('both');
    await this.webhook.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
