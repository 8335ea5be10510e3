import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Native parts, threads, other processes and browsers, what is set for the whole process, and what is measured of it. */
const NEEDS_A_PROCESS = /\bfrom '(node:(child_process|worker_threads|cluster)|chdb[^']*|uWebSockets[^']*|@tensorflow[^']*|@node-rs[^']*|playwright[^']*|vite|@nats-io[^']*)'|\bcreateRequire\(|\bvi\.((do)?[mM]ock|stub\w+)\(|\bprocess\.(chdir|exit|on|memoryUsage)\(|\bprocess\.env(\.\w+|\['\w+'\]) = |\bsetFlagsFromString\(/;
/** Long enough that starting a process for them is nothing. */
const LONG = /\/test\/simulation\//;
const IMPORT = /(?:^|\n)(?:import|export)\s+(type\s)?(?:[^;']*?from\s+)?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/g;
const LEFT_OUT = new Set(['node_modules', 'dist', 'dist.next', 'dist.old']);

interface Source {
  needsAProcess: boolean;
  /** Files that it takes when it runs; types are no part of that. */
  takes: readonly string[];
}

/**
 * Divides the test files under `folder` by what they and everything that they take name: those that need a process of their own, and those
 * that may follow each other in one, which saves starting it and loading the same modules again. Paths are absolute.
 */
export function divideTests(folder: string): { alone: string[]; together: string[] } {
  const known = new Map<string, Source>();
  const read = (file: string): Source => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const source = { needsAProcess: NEEDS_A_PROCESS.test(text), takes: [...text.matchAll(IMPORT)].filter(([, type]) => type === undefined).map(([, , named, called]) => join(dirname(file), (named ?? called)!)) };
    known.set(file, source);
    return source;
  };
  const isAlone = (test: string): boolean => {
    if (LONG.test(test)) return true;
    const seen = new Set([test]);
    for (const file of seen) {
      const { needsAProcess, takes } = read(file);
      if (needsAProcess) return true;
      for (const taken of takes) seen.add(taken);
    }
    return false;
  };
  const tests = testsIn(folder);
  return { alone: tests.filter(isAlone), together: tests.filter((test) => !isAlone(test)) };
}

function testsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || LEFT_OUT.has(entry.name) ? [] : testsIn(path);
    return /\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
