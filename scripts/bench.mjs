// `npm run bench -- NAME [options]`: sets up what is missing and runs one benchmark; without a name, lists them.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

await setUp({ quiet: true });
const loadtest = join(root, 'dist', 'loadtest');
const programs = new Map([
  ...readdirSync(join(loadtest, 'bench')).filter((file) => file.endsWith('.js')).map((file) => [file.slice(0, -3), join(loadtest, 'bench', file)]),
  ['windows-peers', join(loadtest, 'peers', 'windows', 'compare.js')],
]);
const [name, ...options] = process.argv.slice(2);
const program = programs.get(name);
if (program === undefined) {
  const asked = name !== undefined && name !== '--help';
  process.stderr.write(`${asked ? `There is no benchmark ${name}. ` : ''}Usage: npm run bench -- NAME [options]; NAME is one of: ${[...programs.keys()].join(', ')}\n`);
  process.exit(asked ? 1 : 0);
}
const child = spawn(process.execPath, ['--expose-gc', program, ...options], { cwd: root, stdio: 'inherit' });
child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
