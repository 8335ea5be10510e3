import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../server/app/package-root.ts';
import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import { ServerProcess } from '../../test/support/start-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import { onInterrupt } from './clean-up.ts';
import { processTree } from './process-tree.ts';
import { usageOf, type Usage } from './process-usage.ts';

/** Only markers come over this channel, so that a rule of one comparison tells them from the load. */
export const MARKER_CHANNEL = 'api';
const MARKER_RULE = {
  id: 'load-marker', title: { zh: '压测标记', en: 'Load marker' }, kind: 'threshold', where: `channel == "${MARKER_CHANNEL}"`,
  groupBy: ['product'], window: '24h', atLeast: 1, resolveBelow: 1, severity: 'warning', notify: ['on-call'],
};
/** Begins the ids of the warm-up's items. */
export const WARM_ID_PREFIX = 'warm-';
const WARM_ITEMS = 2_000;
const WARM_REQUEST_ITEMS = 100;

const MEMORY_TOLD_WITHIN_MS = 30_000;

/** Whether the server can be told to collect its garbage and to say what is left. */
export type HeapWatch = 'heap-told' | 'heap-not-told';

/** Of the server's main thread, bytes, after its garbage was collected. */
export interface LiveMemory {
  heapUsed: number;
  external: number;
  arrayBuffers: number;
}

/** The server under load: fresh, on loopback, on free ports, with the product's own rules and one that pages each marker. */
export class Subject {
  readonly folder: string;
  readonly server: ServerProcess;
  readonly webhook: WebhookReceiver;
  readonly #heapWatch: HeapWatch;
  #forget: () => void = () => undefined;

  private constructor(parts: { folder: string; server: ServerProcess; webhook: WebhookReceiver; heapWatch: HeapWatch }) {
    this.folder = parts.folder;
    this.server = parts.server;
    this.webhook = parts.webhook;
    this.#heapWatch = parts.heapWatch;
  }

  /** @param env more settings, such as NATS_URL */
  static async start(env: Record<string, string> = {}, heapWatch: HeapWatch = 'heap-not-told'): Promise<Subject> {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-load-'));
    const rules = join(folder, 'rules');
    await mkdir(rules);
    const own = join(packageRoot(), 'alerts', 'rules');
    for (const file of await readdir(own)) if (file.endsWith('.yaml')) await copyFile(join(own, file), join(rules, file));
    await writeFile(join(rules, 'load-marker.yaml'), JSON.stringify([MARKER_RULE]));
    const webhook = await startWebhookReceiver();
    // A server that is slow on purpose shows that the verdict notices.
    const preloads = [...(env['TOCSIN_TEST_DELAY_MS'] === undefined ? [] : ['slow-down.mjs']), ...(heapWatch === 'heap-told' ? ['tell-memory.mjs'] : [])];
    const preloaded: Record<string, string> = preloads.length === 0 ? {} : {
      NODE_OPTIONS: preloads.map((file) => `--import ${pathToFileURL(join(packageRoot(), 'loadtest', 'run', 'testing', file)).href}`).join(' '), TOCSIN_TEST_MEMORY_FILE: memoryFile(folder),
    };
    const server = new ServerProcess(join(folder, 'data'), { TOCSIN_WEBHOOK_URL: webhook.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1', TOCSIN_RULES_DIR: rules, TOCSIN_LOG_LEVEL: 'info', TOCSIN_CLICKHOUSE_HTTP_PORT: 'off', ...preloaded, ...env });
    const subject = new Subject({ folder, server, webhook, heapWatch });
    subject.#forget = onInterrupt(() => subject.dispose());
    try {
      await server.start();
    } catch (error) {
      await subject.dispose();
      throw error;
    }
    return subject;
  }

  get url(): string {
    return this.server.url;
  }

  /** Code is compiled and caches are filled before anything is measured. @param fragments as {@link writeFragments} makes them */
  async warm(fragments: readonly string[]): Promise<void> {
    for (let first = 0; first < WARM_ITEMS; first += WARM_REQUEST_ITEMS) {
      const lines = Array.from({ length: WARM_REQUEST_ITEMS }, (_, item) => `{"id":"${WARM_ID_PREFIX}${(first + item).toString(36)}x",${fragments[(first + item) % fragments.length] ?? ''}\n`);
      const answer = await fetch(`${this.url}/v1/feedback`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: lines.join('') });
      if (answer.status !== 202) throw new Error(`the server answered ${answer.status} to the warm-up: ${await answer.text()}`);
    }
    await this.server.settled();
  }

  /** The server and everything that it started, its nats-server too. */
  async usage(): Promise<Usage | null> {
    return this.server.pid === undefined ? null : await usageOf(await processTree(this.server.pid));
  }

  /** Null where it was not started to tell, or does not in time. */
  async liveMemory(): Promise<LiveMemory | null> {
    const { pid } = this.server;
    if (this.#heapWatch === 'heap-not-told' || pid === undefined) return null;
    const lines = async (): Promise<string[]> => (await readFile(memoryFile(this.folder), 'utf8').catch(() => '')).split('\n').slice(0, -1);
    const before = (await lines()).length;
    process.kill(pid, 'SIGUSR2');
    return await eventually(async () => {
      const told = (await lines())[before];
      return told === undefined ? false : (JSON.parse(told) as LiveMemory);
    }, { what: 'the server to tell its memory', limitMs: MEMORY_TOLD_WITHIN_MS }).catch(() => null);
  }

  /** A value of /metrics, summed over its labels; 0 when it is not there. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /** Items on their way: accepted and not yet stored, as /v1/status has them. Frames and entries count as one each. */
  async behind(): Promise<{ unscoredFrames: number; unstoredRows: number; lagMs: number } | null> {
    const answer = await getJson<{ unscoredFrames: number; unstoredRows: number; lagMs: number }>(`${this.url}/v1/status`).catch(() => null);
    return answer?.status === 200 ? answer.body : null;
  }

  /** Stops everything and removes the folder. */
  async dispose(): Promise<void> {
    this.#forget();
    await this.server.stop().catch(() => undefined);
    await this.server.kill('everything').catch(() => undefined);
    await this.webhook.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function memoryFile(folder: string): string {
  return join(folder, 'memory.jsonl');
}
