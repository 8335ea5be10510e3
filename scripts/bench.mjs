// `npm run bench -- NAME [options]`: sets up what is missing and runs one benchmark; without a name, lists them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

await setUp({ quiet: true });
const loadtest = join(root, 'dist', 'loadtest');
const { BENCHMARKS } = await import(join(loadtest, 'bench', 'command', 'benchmarks.js'));
const [name, ...options] = process.argv.slice(2);
if (name === undefined || !Object.hasOwn(BENCHMARKS, name)) {
  const isWrong = name !== undefined && name !== '--help';
  const list = Object.entries(BENCHMARKS).map(([each, measures]) => `  ${each.padEnd(14)} ${measures}`).join('\n');
  (isWrong ? process.stderr : process.stdout).write(`${isWrong ? `There is no benchmark ${name}.\n\n` : ''}npm run bench -- NAME [options]; --help after a name tells its options\n\n${list}\n`);
  process.exit(isWrong ? 2 : 0);
}
const program = name === 'windows-peers' ? join(loadtest, 'peers', 'windows', 'compare.js') : join(loadtest, 'bench', `${name}.js`);
const child = spawn(process.execPath, ['--expose-gc', program, ...options], { cwd: root, stdio: 'inherit' });
child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
