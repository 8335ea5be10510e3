// What the installers of binaries share. Plain JavaScript without dependencies, because it runs before there are any.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { delimiter, join } from 'node:path';

export const VERSION_CHECK_MS = 10_000;

/** Where the PATH could hold this file. */
export function pathCandidates(binary) {
  return (process.env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, binary));
}

/** The first of these commands that runs with these arguments. @returns {Promise<string | undefined>} */
export async function firstRunnable(commands, args) {
  for (const command of commands) {
    try {
      await execute(command, args, { limitMs: VERSION_CHECK_MS });
      return command;
    } catch {
      // the next one may be there
    }
  }
  return undefined;
}

/** Resolves with what the command printed; rejects with its last line. */
export function execute(command, args, { limitMs, env = process.env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL' });
    const endWithThis = () => child.kill('SIGKILL');
    process.once('exit', endWithThis);
    let printed = '';
    let complaints = '';
    child.stdout.on('data', (chunk) => { printed += chunk; });
    child.stderr.on('data', (chunk) => { complaints = `${complaints}${chunk}`.slice(-4000); });
    child.once('error', (error) => reject(new Error(`${command} cannot be run (${error.code})`)));
    child.once('close', (code, signal) => {
      process.off('exit', endWithThis);
      if (code === 0) resolve(printed);
      else reject(new Error(`\`${[command, ...args.slice(0, 3)].join(' ')} …\` ended with ${signal ?? `exit code ${code}`}${lastLine(complaints)}`));
    });
  });
}

function lastLine(text) {
  const line = text.trim().split('\n').at(-1);
  return line ? `: ${line.slice(0, 300)}` : '';
}

export async function sha256(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
