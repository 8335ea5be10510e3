import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPackageRoot } from '../package-root.ts';
import { planSteps, trainAccurate } from './train-accurate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-train-accurate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program in the place of Python. */
function standIn(script: string): string {
  const path = join(folder, 'python');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('training the accurate model', () => {
  it('says what it needs where Python does not start', async () => {
    await expect(trainAccurate({ dataDir: folder, workDir: folder, python: join(folder, 'nowhere') }, () => undefined))
      .rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringMatching(/does not start.*pip install numpy tensorflow-cpu/) });
  });

  it('says what it needs where TensorFlow is missing', async () => {
    const python = standIn("echo \"ModuleNotFoundError: No module named 'tensorflow'\" >&2; exit 1");
    await expect(trainAccurate({ dataDir: folder, workDir: folder, python }, () => undefined)).rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringMatching(/pip install.*No module named 'tensorflow'/) });
  });

  it('names the step that fails, with its last words', async () => {
    const python = standIn('[ "$1" = -c ] || { echo "the package is not there. Get it: mvn" >&2; exit 3; }');
    const messages: string[] = [];
    await expect(trainAccurate({ dataDir: folder, workDir: join(folder, 'work'), python }, ({ message }) => messages.push(message)))
      .rejects.toThrow(/"unpack the encoders" ended with 3: the package is not there\. Get it: mvn/);
    expect(messages).toEqual(['unpack the encoders']);
  });

  it('goes on after the steps that were made before', async () => {
    const workDir = join(folder, 'work');
    const python = standIn(`[ "$1" = -c ] || { mkdir -p ${workDir}/encoders && touch ${workDir}/encoders/en.tokenizer.json; }`);
    const messages: string[] = [];
    const attempt = (): Promise<unknown> => trainAccurate({ dataDir: join(folder, 'nowhere'), workDir, python }, ({ message }) => messages.push(message));
    await expect(attempt()).rejects.toThrow(/"export rows" ended with/);
    await expect(attempt()).rejects.toThrow(/"export rows" ended with/);
    expect(messages).toEqual(['unpack the encoders', 'export rows', 'unpack the encoders: made before', 'export rows']);
  });
});

describe('the steps', () => {
  it('are programs that are there, each fed by the ones before', () => {
    const steps = planSteps({ root: findPackageRoot(), dataDir: '/data', modelDir: '/model', workDir: '/work', mavenDir: '/maven' });
    expect(steps.map(({ arguments: [program = ''] }) => [program, existsSync(program)])).toEqual(steps.map(({ arguments: [program] }) => [program, true]));
    expect(new Set(steps.map(({ makes }) => makes)).size).toBe(steps.length);
  });
});
