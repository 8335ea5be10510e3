import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import { runProgram } from './run-program.ts';

/** What the training programs import, as they were tried. */
const PYTHON_PACKAGES = ['numpy==2.0.2', 'tensorflow-cpu==2.18.1', 'onnx==1.22.0'] as const;
const NEEDS = 'Training the accurate model needs a Python 3.9 to 3.12';

async function hasPackages(python: string): Promise<{ has: boolean; said: string }> {
  const { code, last } = await runProgram(python, ['-c', 'import numpy, onnx, tensorflow'], () => undefined);
  return { has: code === 0, said: last.at(-1) ?? '' };
}

async function mustWork(python: string, parameters: string[], report: (line: string) => void): Promise<void> {
  const { code, last } = await runProgram(python, parameters, report);
  if (code !== 0) throw new TocsinError('invalid_setting', `${NEEDS} that can install ${PYTHON_PACKAGES.join(' ')} (--python names another than ${python}). It says: ${last.slice(-2).join(' / ')}`);
}

/**
 * A Python that has what the training imports: the one named, or one in `folder` that is made of it (venv, pip).
 * Throws `invalid_setting` where Python does not start or the packages cannot be installed.
 */
export async function ensurePython(named: string, folder: string, report: (line: string) => void): Promise<string> {
  const { has } = await hasPackages(named).catch((cause: unknown) => {
    throw new TocsinError('invalid_setting', `${named} does not start: ${(cause as Error).message}. ${NEEDS} (--python names it).`, { cause });
  });
  if (has) return named;
  const own = join(folder, 'bin', 'python');
  if (existsSync(own) && (await hasPackages(own).catch(() => ({ has: false }))).has) return own;
  // What a stopped set-up left behind is of no use.
  rmSync(folder, { recursive: true, force: true });
  report(`making a Python of its own in ${folder}`);
  await mustWork(named, ['-m', 'venv', folder], report);
  await mustWork(own, ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...PYTHON_PACKAGES], report);
  const made = await hasPackages(own);
  if (!made.has) throw new TocsinError('invalid_setting', `${NEEDS}; what ${named} installed does not work: ${made.said}`);
  return own;
}
