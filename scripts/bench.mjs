// `npm run bench -- NAME [options]`: sets up what is missing and runs one benchmark; without a name, lists them.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

await setUp({ quiet: true });
const folder = join(root, 'dist', 'loadtest', 'bench');
const names = readdirSync(folder).filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3));
const [name, ...options] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`${name === undefined ? '' : `There is no benchmark ${name}. `}Usage: npm run bench -- NAME [options]; NAME is one of: ${names.join(', ')}\n`);
  process.exit(name === undefined || name === '--help' ? 0 : 1);
}
const child = spawn(process.execPath, ['--expose-gc', join(folder, `${name}.js`), ...options], { cwd: root, stdio: 'inherit' });
child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
