import { execFileSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { packageRoot } from '../../server/app/package-root.ts';
import { version } from '../../server/app/version.ts';

/** What a reader must know to judge the figures. */
export interface About {
  machine: string;
  versions: string;
  revision: string;
  atIso: string;
  loadAverageBefore: number;
  texts: string;
}

export function describeRun({ k6, texts }: { k6: string; texts: string }): About {
  const processors = cpus();
  return {
    machine: `${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, ${platform()} ${release()}`,
    versions: `tocsin ${version()}, Node ${process.versions.node}, ${firstLine(k6, ['version'])}`,
    revision: firstLine('git', ['-C', packageRoot(), 'describe', '--always', '--dirty']) || 'no git revision',
    atIso: new Date().toISOString(),
    loadAverageBefore: loadavg()[0] ?? NaN,
    texts,
  };
}

function firstLine(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0]?.trim() ?? '';
  } catch {
    return '';
  }
}
