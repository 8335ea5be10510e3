import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withSecretFiles } from '../../server/config/secret-files.ts';
import { readSettings } from '../../server/config/settings.ts';
import { boot, readDockerfile } from './dockerfile.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
const FIRST_BUILD_MS_MAX = 300_000;

interface Service {
  image: string;
  user?: string;
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
  command?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
  read_only?: boolean;
}
const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
};
const { 'volumes-ready': volumesReady, ...services } = compose.services;
const { nats, clickhouse, grafana, tocsin } = services as Record<'nats' | 'clickhouse' | 'grafana' | 'tocsin', Service>;
const dockerfile = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'));

describe('compose.yaml', () => {
  it.skipIf(!hasGo)('is what the parser of docker compose takes', { timeout: FIRST_BUILD_MS_MAX }, () => {
    const folder = fileURLToPath(new URL('./compose-check/', import.meta.url));
    const { status, stdout, stderr } = spawnSync('go', ['run', '.', join(root, 'compose.yaml')], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 24 });
    expect(stderr.replace(/^go: .*$/gm, '').trim()).toBe('');
    expect(status).toBe(0);
    const project = JSON.parse(stdout) as { services: Record<string, { healthcheck?: unknown }> };
    expect(Object.keys(project.services).sort()).toEqual(['clickhouse', 'grafana', 'nats', 'tocsin', 'volumes-ready']);
  });

  it.each(Object.entries(services))('%s is no root, is limited, says whether it is well and keeps its data in a volume', (name, service) => {
    expect(service.user ?? '').toMatch(/^[1-9]\d*:\d+$/);
    expect(service.deploy?.resources.limits).toMatchObject({ cpus: expect.any(String), memory: expect.any(String) });
    // The server's image brings its own health check.
    if (name !== 'tocsin') expect(service.healthcheck?.test[0]).toBe('CMD');
    const volumes = (service.volumes ?? []).map((volume) => volume.split(':')[0]!).filter((source) => !source.startsWith('.'));
    expect(volumes).toEqual([name]);
    expect(volumesReady?.command?.join(' ')).toContain(`/${name}`);
    expect(service.depends_on?.['volumes-ready']?.condition).toBe('service_completed_successfully');
  });

  it('hands every volume to the user who writes it', () => {
    for (const [name, { user }] of Object.entries(services)) expect(volumesReady?.command?.join(' ')).toMatch(new RegExp(`chown ${user}[^&]*/${name}\\b`));
  });

  it('names files that exist, and secrets that deploy/make-secrets.sh makes', () => {
    const files = Object.values(services).flatMap(({ volumes = [] }) => volumes).map((volume) => volume.split(':')[0]!).filter((source) => source.startsWith('.'));
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
    const made = [...readFileSync(join(root, 'deploy/make-secrets.sh'), 'utf8').matchAll(/^put (\w+) /gm)].map((match) => match[1]);
    expect(Object.keys(compose.secrets).sort()).toEqual([...made].sort());
    for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`deploy/secrets/${name}`);
    for (const { secrets = [] } of Object.values(services)) for (const secret of secrets) expect(compose.secrets).toHaveProperty(secret);
  });

  it('sets what the server understands, with addresses at which the others listen', () => {
    const environment = { ...dockerfile.environment, ...withoutChoices(tocsin.environment ?? {}) };
    const url = 'http://tocsin:secret@clickhouse:8123';
    const files: Record<string, string> = { '/run/secrets/clickhouse_url': url, '/run/secrets/tocsin_auth_token': 'token' };
    const settings = readSettings(withSecretFiles(environment, (path) => files[path] ?? expect.fail(`${path} is no secret of the service`)));
    expect(settings).toMatchObject({ NATS_URL: 'nats://nats:4222', CLICKHOUSE_URL: url, TOCSIN_AUTH_TOKEN: 'token', TOCSIN_HTTP_HOST: '0.0.0.0' });
    expect(tocsin.secrets?.map((name) => `/run/secrets/${name}`).sort()).toEqual(Object.keys(files).sort());
    expect(tocsin.ports).toEqual([`127.0.0.1:${settings.TOCSIN_HTTP_PORT}:${settings.TOCSIN_HTTP_PORT}`]);
    expect(tocsin.volumes).toEqual([`tocsin:${settings.TOCSIN_DATA_DIR}`]);
    expect(readFileSync(join(root, 'deploy/make-secrets.sh'), 'utf8')).toContain('@clickhouse:8123"');
    expect(clickhouse.healthcheck?.test.join(' ')).toContain(':8123/ping');
  });

  it('makes nats fsync every write, as the server’s own nats-server does', () => {
    const config = readFileSync(join(root, 'deploy/nats.conf'), 'utf8');
    expect(config).toMatch(/sync_interval: always/);
    expect(config).toMatch(/listen: 0\.0\.0\.0:4222/);
    expect(config).toMatch(new RegExp(`http: 0\\.0\\.0\\.0:${new URL(nats.healthcheck!.test.at(-1)!).port}`));
    expect(nats.volumes).toContain(`nats:${/store_dir: (\S+)/.exec(config)?.[1]}`);
    expect(nats.command).toEqual(['-c', '/etc/nats/nats.conf']);
  });

  it('gives Grafana a user that reads one database and the boards’ files', () => {
    const source = parse(readFileSync(join(root, 'dashboards/grafana/provisioning/datasources/tocsin.yaml'), 'utf8')) as {
      datasources: { type: string; jsonData: Record<string, string>; secureJsonData: Record<string, string> }[];
    };
    const { jsonData, secureJsonData, type } = source.datasources[0]!;
    const filled = (text: string): string => text.replace(/^\$(\w+)$/, (_, name: string) => grafana.environment?.[name] ?? '');
    expect(grafana.environment?.['GF_PLUGINS_PREINSTALL']).toBe(type);
    expect([jsonData['host'], jsonData['port'], jsonData['username']].map((value) => filled(value!))).toEqual(['clickhouse', '8123', 'grafana']);
    expect(secureJsonData['password']).toBe('$__file{/run/secrets/grafana_reader_password}');
    expect(grafana.secrets).toContain('grafana_reader_password');
    const users = readFileSync(join(root, 'deploy/clickhouse/users.xml'), 'utf8');
    expect(users).toContain('<query>GRANT SELECT ON tocsin.*</query>');
    const providers = parse(readFileSync(join(root, 'dashboards/grafana/provisioning/dashboards/tocsin.yaml'), 'utf8')) as { providers: { options: { path: string } }[] };
    const mount = grafana.volumes!.find((volume) => volume.startsWith('./dashboards/grafana/json:'))!.split(':')[1]!;
    for (const { options } of providers.providers) expect(existsSync(join(root, 'dashboards/grafana/json', options.path.replace(`${mount}/`, '')))).toBe(true);
    expect(existsSync(join(root, 'dashboards/grafana/json', grafana.environment!['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']!.replace(`${mount}/`, '')))).toBe(true);
  });
});

describe('deploy/make-secrets.sh', () => {
  it('makes each secret once, different ones, and prints none', () => {
    const { folder, dispose } = boot();
    try {
      const script = join(folder, 'make-secrets.sh');
      spawnSync('cp', [join(root, 'deploy/make-secrets.sh'), script]);
      const first = spawnSync('sh', [script], { encoding: 'utf8' });
      expect(first.status).toBe(0);
      const values = Object.keys(compose.secrets).map((name) => readFileSync(join(folder, 'secrets', name), 'utf8'));
      expect(new Set(values).size).toBe(values.length);
      for (const value of values) expect(first.stdout).not.toContain(value);
      expect(spawnSync('sh', [script], { encoding: 'utf8' }).stdout).toBe('');
      expect(Object.keys(compose.secrets).map((name) => readFileSync(join(folder, 'secrets', name), 'utf8'))).toEqual(values);
    } finally {
      dispose();
    }
  });
});

/** `${NAME:-default}` as compose fills it where NAME is not set. */
function withoutChoices(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replace(/^\$\{\w+:-(.*)\}$/, '$1')]));
}
