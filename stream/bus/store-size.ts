import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import { LOG_NAMES } from '../ports.ts';
import type { LogName } from '../ports.ts';
import { freeBytes } from './disk-watch.ts';

export type LogBytes = Record<LogName, number>;

/** Beside the logs: the key-value store, consumers' state, indices. */
export const STORE_SLACK_BYTES = 256 * 1024 ** 2;
/** Of the free disk the logs may take this share; the rest is for ClickHouse and everything else. */
const FREE_SHARE = 0.8;
/** With less than this the server is not started. */
const STORE_BYTES_MIN = 256 * 1024 ** 2;

/** The wanted limits, or all of them smaller by one factor where the disk does not hold them. */
export function fitLogs(wanted: LogBytes, availableBytes: number): LogBytes {
  const wantedBytes = LOG_NAMES.reduce((sum, name) => sum + wanted[name], 0);
  const factor = Math.min(1, Math.max(0, availableBytes - STORE_SLACK_BYTES) / wantedBytes);
  return Object.fromEntries(LOG_NAMES.map((name) => [name, Math.floor(wanted[name] * factor)])) as LogBytes;
}

/**
 * Bytes that the store in this folder may come to: what it has already and a share of the free disk.
 * @throws TocsinError `data_dir_unusable` when that is too little to work with
 */
export async function availableBytes(folder: string): Promise<number> {
  const free = await freeBytes(folder);
  const bytes = (await folderBytes(folder)) + Math.floor(free * FREE_SHARE);
  if (bytes < STORE_BYTES_MIN + STORE_SLACK_BYTES) {
    throw new TocsinError('data_dir_unusable', `The disk of ${folder} has only ${Math.floor(free / 1024 ** 2)} MiB free; the logs need at least ${(STORE_BYTES_MIN + STORE_SLACK_BYTES) / FREE_SHARE / 1024 ** 2} MiB.`);
  }
  return bytes;
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    // A file may go between listing and looking; it then takes no room.
    bytes += entry.isDirectory() ? await folderBytes(path) : await stat(path).then((stats) => stats.size, () => 0);
  }
  return bytes;
}
