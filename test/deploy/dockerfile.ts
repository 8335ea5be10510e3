import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

interface Step {
  instruction: string;
  rest: string;
}

export interface Stage {
  name: string;
  steps: Step[];
}

export interface Dockerfile {
  stages: Stage[];
  /** What ENV sets in the last stage. */
  environment: Record<string, string>;
}

/** The instructions of a Dockerfile, stage by stage; continued lines are joined, comments left out. */
export function readDockerfile(text: string): Dockerfile {
  const lines = text.replace(/^\s*#.*$/gm, '').replace(/\\\n/g, ' ').split('\n').map((line) => line.trim()).filter(Boolean);
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, instruction = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') stages.push({ name: / AS (\S+)/.exec(rest)?.[1] ?? '', steps: [] });
    else stages.at(-1)?.steps.push({ instruction, rest });
  }
  const environment = Object.fromEntries(
    (stages.at(-1)?.steps ?? []).filter(({ instruction }) => instruction === 'ENV').flatMap(({ rest }) => rest.split(/\s+/)).map((pair) => pair.split('=') as [string, string]),
  );
  return { stages, environment };
}

/** A folder of its own, and how to remove it. */
export function boot(): { folder: string; dispose(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-deploy-'));
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Does what a container engine would with COPY, RUN, WORKDIR, ENV and ARG, each stage in a folder of its own in the place
 * of `/`. Users, ports and base images are not its matter: what runs is what this machine has.
 * @param sources the build context, as `.dockerignore` leaves it
 * @returns the folder of the last stage
 */
export function runStages({ stages }: Dockerfile, sources: { root: string; files: readonly string[] }, place: string): string {
  const folders = new Map<string, string>();
  let last = '';
  for (const { name, steps } of stages) {
    last = join(place, name === '' ? 'last' : name);
    mkdirSync(last, { recursive: true });
    if (name !== '') folders.set(name, last);
    const env: Record<string, string> = {};
    let workdir = '/';
    for (const { instruction, rest } of steps) {
      const inside = (path: string): string => join(last, isAbsolute(path) ? path : join(workdir, path));
      switch (instruction) {
        case 'WORKDIR':
          workdir = rest;
          mkdirSync(inside('.'), { recursive: true });
          break;
        case 'ARG':
        case 'ENV':
          for (const pair of rest.split(/\s+/)) env[pair.split('=')[0]!] = pair.split('=')[1] ?? '';
          break;
        case 'COPY':
          copy(rest, { folders, sources, inside });
          break;
        case 'RUN':
          run(rest, { last, cwd: inside('.'), env, root: sources.root });
          break;
        default:
      }
    }
  }
  return last;
}

function copy(rest: string, { folders, sources, inside }: { folders: Map<string, string>; sources: { root: string; files: readonly string[] }; inside(path: string): string }): void {
  const words = rest.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? folders.get(words.shift()!.slice('--from='.length)) : undefined;
  const target = words.pop()!;
  for (const word of words) {
    if (from !== undefined) copyTree(join(from, word), target.endsWith('/') ? join(inside(target), word.split('/').at(-1)!) : inside(target));
    else if (word === '.') for (const file of sources.files) copyTree(join(sources.root, file), join(inside(target), file));
    else copyTree(join(sources.root, word), target.endsWith('/') ? join(inside(target), word) : inside(target));
  }
}

function copyTree(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`COPY: ${from} does not exist.`);
  mkdirSync(dirname(to), { recursive: true });
  // Hard links: a stage is not changed once another copies from it, and packages are large.
  if (from.startsWith(tmpdir())) execFileSync('cp', ['-al', from, to]);
  else cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/**
 * What `npm ci` makes of the packages named here stands in the checkout, made from the same lock file: it is linked and not
 * unpacked once more. npm's own record is a copy, as `npm prune` writes to it; what the checkout noted of its packages stays out.
 * @returns false where the checkout's packages are others, or on another disk
 */
function linkPackages(root: string, cwd: string): boolean {
  const record = join('node_modules', '.package-lock.json');
  const isSame = (file: string): boolean => existsSync(join(cwd, file)) && readFileSync(join(cwd, file)).equals(readFileSync(join(root, file)));
  if (!['package.json', 'package-lock.json'].every(isSame) || !existsSync(join(root, record))) return false;
  try {
    execFileSync('cp', ['-al', join(root, 'node_modules'), join(cwd, 'node_modules')], { stdio: 'ignore' });
  } catch {
    rmSync(join(cwd, 'node_modules'), { recursive: true, force: true });
    return false;
  }
  for (const own of [record, join('node_modules', '.tocsin-stamp')]) rmSync(join(cwd, own), { force: true });
  copyFileSync(join(root, record), join(cwd, record));
  return true;
}

function run(command: string, { last, cwd, env, root }: { last: string; cwd: string; env: Record<string, string>; root: string }): void {
  if (command.startsWith('npm ci ') && linkPackages(root, cwd)) return;
  // `/data` and the like mean the container's; the user's of this machine stays out of it.
  const here = command.replaceAll(/(^|\s)\/(data)\b/g, `$1${last}/$2`).replace(/chown \S+ /, 'test -d ');
  execFileSync('sh', ['-ec', here], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
}

