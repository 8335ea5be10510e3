import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/app/package-root.ts';
import { runTocsin } from '../support/run-tocsin.ts';
import { startServer } from '../support/start-server.ts';

const STEP_MS = 120_000;
const weights = join(packageRoot(), 'models', 'weights', 'fast');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-acceptance-refusals-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a server that should not start; gives what a person reads. */
async function refusal(env: Record<string, string>): Promise<string> {
  const dataDir = await mkdtemp(join(folder, 'data-'));
  const { code, stdout, stderr } = await runTocsin(['serve'], { env: { TOCSIN_HTTP_PORT: '0', TOCSIN_DATA_DIR: dataDir, TOCSIN_LOG_FORMAT: 'json', ...env }, limitMs: STEP_MS });
  expect(code, `${stdout}\n${stderr}`).toBe(1);
  expect(stdout).not.toContain('"msg":"ready"');
  // A sentence, not the inside of the program.
  expect(stderr).not.toMatch(/\n\s+at /);
  return stderr;
}

describe('a server that cannot run says why and ends with code 1', () => {
  it('when its port is taken', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    try {
      const said = await refusal({ TOCSIN_HTTP_PORT: String(port) });
      expect(said).toContain('[port_in_use]');
      expect(said).toContain(String(port));
    } finally {
      squatter.close();
    }
  });

  it('when its data folder is a file', async () => {
    const file = join(folder, 'not-a-folder');
    await writeFile(file, '');
    const said = await refusal({ TOCSIN_DATA_DIR: file });
    expect(said).toContain('[data_dir_unusable]');
    expect(said).toContain(file);
  });

  it.runIf(process.platform === 'linux')('when its data folder cannot be written, whoever runs it', async () => {
    const said = await refusal({ TOCSIN_DATA_DIR: '/sys/tocsin' });
    expect(said).toContain('[data_dir_unusable]');
    expect(said).toContain('/sys/tocsin');
  });

  it('when another server uses its data folder, which goes on undisturbed', async () => {
    const first = await startServer();
    try {
      expect(await refusal({ TOCSIN_DATA_DIR: first.dataDir })).toContain('[data_dir_unusable]');
      expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    } finally {
      await first.dispose();
    }
  });

  it('when NATS_URL leads nowhere', async () => {
    const said = await refusal({ NATS_URL: 'nats://127.0.0.1:1' });
    expect(said).toMatch(/NATS/);
    expect(said).toContain('127.0.0.1:1');
    expect(said).toMatch(/\[[a-z_]+\]/);
  });

  it('when ClickHouse refuses the login, and tells no password', async () => {
    const clickhouse = createHttpServer((_request, response) => response.writeHead(403, { 'x-clickhouse-exception-code': '516' })
      .end('Code: 516. DB::Exception: reader: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)'));
    await new Promise<void>((resolve) => clickhouse.listen(0, '127.0.0.1', resolve));
    const { port } = clickhouse.address() as AddressInfo;
    try {
      const said = await refusal({ CLICKHOUSE_URL: `http://reader:hidden-word@127.0.0.1:${port}` });
      expect(said).toMatch(/ClickHouse/);
      expect(said).toContain(`127.0.0.1:${port}`);
      expect(said).not.toContain('hidden-word');
      expect(said).toMatch(/\[[a-z_]+\]/);
    } finally {
      clickhouse.closeAllConnections();
      clickhouse.close();
    }
  });

  it('when rule files are wrong, naming file, line and key of each', async () => {
    const rules = await mkdtemp(join(folder, 'rules-'));
    const rule = (lines: string): string => `- id: a\n  title: {zh: 甲, en: A}\n  kind: threshold\n${lines}  severity: warning\n  notify: [on-call]\n`;
    const faults = [
      { file: 'unknown-key.yaml', yaml: rule('  window: 24h\n  atLeats: 50\n'), at: /:5:.*atLeats/u },
      { file: 'unknown-unit.yaml', yaml: rule('  window: 24 fortnights\n  atLeast: 50\n'), at: /:4:.*window/u },
      { file: 'no-condition.yaml', yaml: rule('  where: complaint &&\n  window: 24h\n  atLeast: 50\n'), at: /:4:.*where/u },
      { file: 'no-yaml.yaml', yaml: '- id: [a\n', at: /:\d+:/u },
    ];
    for (const { file, yaml } of faults) await writeFile(join(rules, file), yaml);
    const said = await refusal({ TOCSIN_RULES_DIR: rules });
    expect(said).toContain('[invalid_rule]');
    for (const { file, at } of faults) expect(said.split('\n').filter((line) => line.includes(join(rules, file))).join('\n'), file).toMatch(at);
  });

  it('when a weights file is damaged, naming it', async () => {
    const model = join(folder, 'damaged-model');
    await cp(weights, model, { recursive: true });
    const binary = (await readdir(model)).find((name) => name.endsWith('.bin')) as string;
    const bytes = await readFile(join(model, binary));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 0xff;
    await writeFile(join(model, binary), bytes);
    const said = await refusal({ TOCSIN_MODEL_DIR: model });
    expect(said).toContain('[model_corrupt]');
    expect(said).toContain(binary);
  });

  it('when the folder of the model is empty, before anything is started', async () => {
    const [model, untouched] = [join(folder, 'empty-model'), join(folder, 'untouched')];
    await mkdir(model);
    expect(await refusal({ TOCSIN_MODEL_DIR: model, TOCSIN_DATA_DIR: untouched })).toContain('[model_corrupt]');
    await expect(readdir(untouched)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('for settings that are wrong, naming each', async () => {
    const said = await refusal({ TOCSIN_HTTP_PORT: '70000', TOCSIN_HTTP_PROT: '8080', CLICKHOUSE_URL: 'clickhouse' });
    expect(said).toContain('[invalid_setting]');
    expect(said).toContain('TOCSIN_HTTP_PORT must be a whole number from 0 to 65535');
    expect(said).toContain('TOCSIN_HTTP_PROT is not a setting');
    expect(said).toContain('CLICKHOUSE_URL must be a URL');
  });
});
