import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as UWebSockets from 'uWebSockets.js';
import { TocsinError } from '../../core/errors.ts';
import { pointToOlderGlibc } from './point-to-older-glibc.ts';

export type UwsModule = typeof UWebSockets;

const PACKAGE = 'uWebSockets.js';
const LINKED_AGAINST = 'GLIBC_2.38';

/**
 * The uWebSockets.js module. Its prebuilt Linux binaries are linked on glibc 2.38; Debian 12 has 2.36, so there a copy
 * that asks for the older names of the same three functions is made once, beside the package, and loaded instead.
 * Throws `node_unsupported` where it has no binary for this Node and platform, `internal` with both reasons when neither loads.
 */
export function loadUws(): UwsModule {
  const require = createRequire(import.meta.url);
  try {
    return require(PACKAGE) as UwsModule;
  } catch (cause) {
    try {
      const folder = dirname(require.resolve(PACKAGE));
      const lacking = lackOf(readdirSync(folder), process);
      if (lacking !== null) throw new TocsinError('node_unsupported', lacking, { cause });
      if (process.platform !== 'linux') throw cause;
      return require(adaptedBinary(folder)) as UwsModule;
    } catch (second) {
      throw second instanceof TocsinError ? second : unusable(cause, second);
    }
  }
}

/** Versions of Node.js by the number of their interface for native modules, which is part of a binary's name. */
const NODE_OF_INTERFACE: Readonly<Record<string, string>> = { 115: '20', 127: '22', 137: '24', 141: '25', 147: '26' };

/** What is lacking among a package's files for a Node and platform, in a sentence; null where nothing is. */
export function lackOf(files: readonly string[], { platform, arch, versions }: Pick<NodeJS.Process, 'platform' | 'arch' | 'versions'>): string | null {
  const [start, end] = [`uws_${platform}_${arch}_`, '.node'];
  const interfaces = files.filter((file) => file.startsWith(start) && file.endsWith(end)).map((file) => file.slice(start.length, -end.length));
  if (interfaces.includes(versions.modules)) return null;
  const known = interfaces.map((each) => NODE_OF_INTERFACE[each]).filter((each) => each !== undefined).sort((a, b) => Number(a) - Number(b));
  if (known.length === 0) return `The HTTP server library ${PACKAGE} has no binary for ${platform} on ${arch}.`;
  return `The HTTP server library ${PACKAGE} has no binary for Node.js ${versions.node} on ${platform}, ${arch}, only for Node.js ${known.join(', ')}. Run Tocsin with one of these.`;
}

function adaptedBinary(packageFolder: string): string {
  const name = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  const adapted = pointToOlderGlibc(readFileSync(join(packageFolder, name)), LINKED_AGAINST);
  const path = join(writableFolder(join(packageFolder, '..', '.cache', 'tocsin')), name);
  if (existsSync(path) && readFileSync(path).equals(adapted)) return path;
  // Under a name of its own first, then renamed: two processes starting at once never load half a file.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, adapted, { mode: 0o700 });
  renameSync(own, path);
  return path;
}

function writableFolder(preferred: string): string {
  try {
    mkdirSync(preferred, { recursive: true });
    writeFileSync(join(preferred, '.writable'), '');
    return preferred;
  } catch {
    return mkdtempSync(join(tmpdir(), 'tocsin-uws-'));
  }
}

function unusable(first: unknown, second: unknown): TocsinError {
  const reasons = [first, second].map((reason) => (reason instanceof Error ? reason.message : String(reason)));
  return new TocsinError(
    'internal',
    `The HTTP server library uWebSockets.js cannot be loaded on Node ${process.versions.node} (${process.platform}, ${process.arch}). `
      + `It needs glibc 2.36 or newer, macOS or Windows. ${[...new Set(reasons)].join(' ')}`,
    { cause: first },
  );
}
