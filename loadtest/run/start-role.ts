import type { ChildProcess } from 'node:child_process';
import { spawnTocsin } from '../../test/support/run-tocsin.ts';

const READY_WITHIN_MS = 60_000;

/** A process of `tocsin serve`, resolved once it says that it is ready; its model is warm then. @throws Error with what it printed */
export function startRole(env: Record<string, string>): Promise<ChildProcess> {
  const child = spawnTocsin(['serve'], { TOCSIN_LOG_FORMAT: 'json', ...env });
  const name = env['TOCSIN_ROLES'] ?? 'the server';
  return new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(() => reject(new Error(`${name} was not ready in ${READY_WITHIN_MS} ms\n${printed.slice(-2_000)}`)), READY_WITHIN_MS);
    const take = (chunk: Buffer): void => {
      printed = `${printed}${chunk.toString('utf8')}`.slice(-20_000);
      if (!printed.includes('"msg":"ready"')) return;
      clearTimeout(timer);
      child.stdout?.removeAllListeners('data').resume();
      child.stderr?.removeAllListeners('data').resume();
      resolve(child);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('close', (code) => reject(new Error(`${name} ended with ${code ?? 'a signal'}\n${printed.slice(-2_000)}`)));
  });
}
