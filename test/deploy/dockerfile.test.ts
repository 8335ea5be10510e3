import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, readDockerfile, runStages } from './dockerfile.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dockerfile = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'));
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
const BUILD_MS_MAX = 300_000;

describe('the Dockerfile', () => {
  const { folder, dispose } = boot();
  let app = '';

  beforeAll(() => {
    const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
    const files = tracked.filter((file) => !ignored.some((entry) => file === entry || file.startsWith(`${entry}/`) || (entry.startsWith('*') && file.endsWith(entry.slice(1)))));
    app = join(runStages(dockerfile, { root, files }, folder), 'app');
  }, BUILD_MS_MAX);

  afterAll(dispose);

  it('builds in a clean folder, and what runs in the end starts without sources, compiler and development packages', () => {
    for (const name of ['tsconfig.json', 'server', 'stream', 'node_modules/typescript', 'node_modules/vitest', 'node_modules/@chdb']) expect(existsSync(join(app, name)), name).toBe(false);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/tocsin.cjs', '--help'], { cwd: app, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('serve');
  });

  it('has its rules, weights and pages', () => {
    const script = "import('./dist/server/cli/main.js').then(({ main }) => main(['node', 'tocsin', 'rules', 'check']))";
    expect(spawnSync(process.execPath, ['-e', script], { cwd: app, encoding: 'utf8' })).toMatchObject({ status: 0 });
    expect(existsSync(join(app, 'models/weights/fast/manifest.json'))).toBe(true);
    expect(existsSync(join(app, 'alerts/rules/complaint-burst.yaml'))).toBe(true);
    expect(existsSync(join(app, 'dist/pages/wall.html'))).toBe(true);
  });

  it('runs as no root, stops gently and says whether it is ready', () => {
    const last = dockerfile.stages.at(-1)!.steps;
    const of = (instruction: string): string => last.find((step) => step.instruction === instruction)?.rest ?? '';
    expect(of('USER')).toBe('1000:1000');
    expect(of('STOPSIGNAL')).toBe('SIGTERM');
    expect(of('HEALTHCHECK')).toContain('/readyz');
    expect(of('EXPOSE')).toBe(dockerfile.environment['TOCSIN_HTTP_PORT']);
    expect(of('VOLUME')).toBe(dockerfile.environment['TOCSIN_DATA_DIR']);
  });
});
