import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ABANDONED_MS, withSetupLock } from './setup-lock.mjs';

const MODULE = pathToFileURL(join(import.meta.dirname, 'setup-lock.mjs')).href;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-lock-'));
  file = join(folder, '.setup.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `work` under the lock in a process of its own. */
function start(work: string): { child: ChildProcess; ended: Promise<number | null>; errors: () => string; said: (line: RegExp) => Promise<void> } {
  const script = `import { appendFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withSetupLock } from ${JSON.stringify(MODULE)};
    const note = (word) => appendFileSync(${JSON.stringify(join(folder, 'notes'))}, word + '\\n');
    await withSetupLock({ file: ${JSON.stringify(file)}, report: console.error, work: async () => { ${work} } });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = (line: RegExp): Promise<void> => expect.poll(() => errors, { timeout: 60_000 }).toMatch(line);
  return { child, ended, errors: () => errors, said };
}

const notes = (): string[] => (existsSync(join(folder, 'notes')) ? readFileSync(join(folder, 'notes'), 'utf8').trim().split('\n') : []);

describe('the lock of a setup', () => {
  it('lets one work at a time, and says to the others for whom they wait', async () => {
    const first = start(`note('first in'); while (!(await import('node:fs')).existsSync(${JSON.stringify(join(folder, 'go'))})) await sleep(20); note('first out');`);
    await expect.poll(notes, { timeout: 60_000 }).toEqual(['first in']);
    const others = ['second', 'third'].map((name) => start(`note('${name} in'); await sleep(50); note('${name} out');`));
    for (const other of others) await other.said(new RegExp(`is running \\(process ${first.child.pid}\\); waiting`));
    writeFileSync(join(folder, 'go'), '');
    expect(await Promise.all([first, ...others].map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const seen = notes();
    expect(seen).toHaveLength(6);
    for (let index = 0; index < 6; index += 2) expect(seen[index + 1]).toBe(seen[index]?.replace(' in', ' out'));
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over from a process that was killed', async () => {
    const killed = start("note('in'); await sleep(600_000);");
    await expect.poll(notes, { timeout: 60_000 }).toEqual(['in']);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(existsSync(file)).toBe(true);
    const said: string[] = [];
    expect(await withSetupLock({ file, report: (line: string) => void said.push(line), work: async () => 'done' })).toBe('done');
    expect(said).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    await expect(withSetupLock({ file, report: () => undefined, work: () => Promise.reject(new Error('no disk')) })).rejects.toThrow('no disk');
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['of another machine', JSON.stringify({ pid: 1, host: `not-${hostname()}` })],
    ['whose process id lives on in another program', JSON.stringify({ pid: process.ppid, host: hostname() })],
    ['that was never written', ''],
  ])('is taken over when it was not renewed for long: one %s', async (_name, content) => {
    writeFileSync(file, content);
    const longAgo = new Date(Date.now() - ABANDONED_MS - 1_000);
    utimesSync(file, longAgo, longAgo);
    expect(await withSetupLock({ file, report: () => undefined, work: async () => 'done' })).toBe('done');
  });
});
