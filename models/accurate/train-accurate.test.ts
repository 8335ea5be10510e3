import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPackageRoot } from '../package-root.ts';
import { planSteps } from './plan-steps.ts';
import type { Folders } from './plan-steps.ts';
import { trainAccurate } from './train-accurate.ts';
import type { TrainAccurateOptions } from './train-accurate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-train-accurate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program in the place of Python. */
function standIn(script: string): string {
  const path = join(folder, 'python-stand-in');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const foldersOf = (base: string): Folders => ({ root: findPackageRoot(), dataDir: join(base, 'nowhere'), modelDir: join(base, 'accurate'), fastDir: join(base, 'fast'), workDir: join(base, 'work'), mavenDir: join(base, 'maven') });

/** As if the n-gram model were trained and the packages fetched. */
function startAt(base: string): void {
  for (const step of planSteps(foldersOf(base)).slice(0, 3)) {
    mkdirSync(dirname(step.makes), { recursive: true });
    writeFileSync(step.makes, '');
  }
}

const attempt = (options: Partial<TrainAccurateOptions>, messages: string[] = []): Promise<unknown> => {
  const { dataDir, modelDir, workDir, mavenDir } = foldersOf(folder);
  return trainAccurate({ dataDir, modelDir, workDir, mavenDir, ...options }, ({ message }) => messages.push(message));
};

describe('training the accurate model', () => {
  it('says what it needs where Python does not start', async () => {
    await expect(attempt({ python: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringMatching(/does not start.*Python 3\.9 to 3\.12/) });
  });

  it('says what could not be installed where Python lacks it', async () => {
    const python = standIn('echo "no module named venv" >&2; exit 1');
    await expect(attempt({ python })).rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringMatching(/tensorflow-cpu==.*no module named venv/) });
  });

  it('makes a Python of its own in the working folder where the one named lacks the packages', async () => {
    startAt(folder);
    const own = join(folder, 'work', 'python', 'bin', 'python');
    // The venv's Python notes what pip is asked for, has the packages afterwards, and fails at the first step.
    const inside = `#!/bin/sh\\nif [ "$1" = -c ]; then [ -f ${folder}/installed ]; exit; fi\\nif [ "$2" = pip ]; then echo "$@" > ${folder}/installed; exit; fi\\necho "first step" >&2; exit 4\\n`;
    const python = standIn(`[ "$2" = venv ] || exit 1\nmkdir -p ${dirname(own)}\nprintf '${inside}' > ${own}\nchmod +x ${own}`);
    await expect(attempt({ python })).rejects.toThrow(/"unpack the encoders" ended with 4: first step/);
    expect(existsSync(join(folder, 'installed'))).toBe(true);
    const messages: string[] = [];
    await expect(attempt({ python }, messages)).rejects.toThrow(/"unpack the encoders"/);
    expect(messages.join('\n')).not.toContain('making a Python');
  });

  it('names the step that fails, with its last words', async () => {
    startAt(folder);
    const python = standIn('[ "$1" = -c ] || { echo "the package is damaged" >&2; exit 3; }');
    const messages: string[] = [];
    await expect(attempt({ python }, messages)).rejects.toThrow(/"unpack the encoders" ended with 3: the package is damaged/);
    expect(messages).toEqual(['n-gram model: made before', 'zh: fetch the pretrained encoder: made before', 'en: fetch the pretrained encoder: made before', 'unpack the encoders']);
  });

  it('does not go on where a step ends well and has made nothing', async () => {
    startAt(folder);
    await expect(attempt({ python: standIn('exit 0') })).rejects.toThrow(/"unpack the encoders" ended well and .*en\.tokenizer\.json is not there/);
  });

  it('goes on after the steps that were made before', async () => {
    startAt(folder);
    const { workDir } = foldersOf(folder);
    const python = standIn(`[ "$1" = -c ] || { mkdir -p ${workDir}/encoders && touch ${workDir}/encoders/en.tokenizer.json; }`);
    const messages: string[] = [];
    await expect(attempt({ python }, messages)).rejects.toThrow(/"export rows" ended with/);
    await expect(attempt({ python }, messages)).rejects.toThrow(/"export rows" ended with/);
    expect(messages.filter((message) => /unpack|export/.test(message))).toEqual(['unpack the encoders', 'export rows', 'unpack the encoders: made before', 'export rows']);
  });
});

describe('the steps', () => {
  const folders = { root: findPackageRoot(), dataDir: '/data', modelDir: '/model', fastDir: '/fast', workDir: '/work', mavenDir: '/maven' };

  it('are programs that are there, each fed by the ones before', () => {
    const steps = planSteps(folders);
    const own = steps.filter(({ program }) => program !== 'mvn');
    expect(own.map(({ arguments: [program = ''] }) => [program, existsSync(program)])).toEqual(own.map(({ arguments: [program] }) => [program, true]));
    expect(new Set(steps.map(({ makes }) => makes)).size).toBe(steps.length);
  });

  it('fetch packages under the names that the unpacking looks for', () => {
    expect(planSteps(folders).filter(({ program }) => program === 'mvn').map(({ makes }) => makes.split('/').slice(-2)[0])).toEqual(['0.36.2', '0.36.2']);
  });

  it('end each fine-tuning early where that is asked for', () => {
    const short = planSteps(folders, 3).filter(({ arguments: given }) => given.includes('--steps'));
    expect(short.map(({ name }) => name)).toEqual(['zh: first stage', 'zh: second stage', 'en: first stage']);
  });
});
