import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../server/app/package-root.ts';
import { usageOf, type Usage } from './process-usage.ts';
import { processTree } from './process-tree.ts';

const READY_WITHIN_MS = 30_000;
const GONE_WITHIN_MS = 5_000;

/** A program of dist/ that prints one line of JSON once it is ready and serves until it is told to stop. */
export interface ChildServer<Ready> {
  ready: Ready;
  process: ChildProcess;
  usage(): Promise<Usage | null>;
  stop(): Promise<void>;
}

/** @param program such as `loadtest/peers/gateway/bare-handler.js`, from dist/ */
export async function startChildServer<Ready>(program: string, args: readonly string[] = []): Promise<ChildServer<Ready>> {
  const child = spawn(process.execPath, [join(packageRoot(), 'dist', program), ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, UV_THREADPOOL_SIZE: '16' } });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints = `${complaints}${chunk.toString('utf8')}`.slice(-2_000)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = await new Promise<Ready>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} was not ready in ${READY_WITHIN_MS} ms\n${complaints}`)), READY_WITHIN_MS);
    let printed = '';
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${program} ended with ${code}\n${complaints}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      const end = printed.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      child.stdout.removeAllListeners('data').resume();
      resolve(JSON.parse(printed.slice(0, end)) as Ready);
    });
  });
  return {
    ready,
    process: child,
    usage: async () => (child.pid === undefined ? null : await usageOf(await processTree(child.pid))),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GONE_WITHIN_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
