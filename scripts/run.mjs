// Sets up what is missing and runs one compiled program: node scripts/run.mjs loadtest/faults/run-faults.js [options]
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

const [program, ...options] = process.argv.slice(2);
await setUp({ quiet: true });
const child = spawn(process.execPath, [join(root, 'dist', program), ...options], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
