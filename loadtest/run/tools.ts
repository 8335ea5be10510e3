import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../server/app/package-root.ts';

type Ensure = (options: { root: string; report(line: string): void }) => Promise<string>;

/** The path of k6 or nats-server, installed when it is missing. @throws Error that says what was tried and what to do */
export async function ensureTool(tool: 'k6' | 'nats-server', report: (line: string) => void): Promise<string> {
  const root = packageRoot();
  const installer = (await import(pathToFileURL(join(root, 'scripts', `install-${tool}.mjs`)).href)) as Record<string, Ensure>;
  const ensure = installer[tool === 'k6' ? 'ensureK6' : 'ensureNatsServer'];
  if (ensure === undefined) throw new Error(`scripts/install-${tool}.mjs installs nothing`);
  return await ensure({ root, report });
}
