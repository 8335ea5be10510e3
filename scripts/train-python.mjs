// A Python for the test of the accurate model's training: TOCSIN_TEST_TRAIN_PYTHON, or one that continuous integration makes.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const IMPORTS = ['-c', 'import numpy, onnx, tensorflow'];
const PACKAGES = ['numpy==2.0.2', 'tensorflow-cpu==2.18.1', 'onnx==1.22.0'];
const INSTALL_MS_MAX = 300_000;

const succeeds = (command, parameters, timeout) => new Promise((resolve) => {
  const child = spawn(command, parameters, { stdio: 'ignore', timeout });
  child.once('error', () => resolve(false));
  child.once('exit', (code) => resolve(code === 0));
});
const works = (python) => succeeds(python, IMPORTS);

/**
 * The path of a Python that can train, or undefined, having said why. It is made in .tools/train-python where CI is set.
 * @param {{root: string, report: (line: string) => void}} options
 * @returns {Promise<string | undefined>}
 */
export async function findTrainPython({ root, report }) {
  const named = process.env.TOCSIN_TEST_TRAIN_PYTHON;
  if (named !== undefined) return named;
  if (await works('python3')) return 'python3';
  const folder = join(root, '.tools', 'train-python');
  const own = join(folder, 'bin', 'python');
  if (existsSync(own) && (await works(own))) return own;
  if (process.env.CI) {
    report('Setting up a Python for the test of the accurate model\'s training …');
    const make = (command, parameters) => succeeds(command, parameters, INSTALL_MS_MAX);
    if ((await make('python3', ['-m', 'venv', '--clear', folder])) && (await make(own, ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...PACKAGES])) && (await works(own))) return own;
  }
  report('No Python with tensorflow and onnx: the test of the accurate model\'s training is skipped. TOCSIN_TEST_TRAIN_PYTHON names one.');
  return undefined;
}
