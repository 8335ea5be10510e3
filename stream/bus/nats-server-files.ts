import { randomBytes } from 'node:crypto';
import { readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import { folderAdvice, folderReason } from '../folder-trouble.ts';
import { makeFolder } from '../make-folder.ts';

const LOG_FILE_BYTES_MAX = 16 * 1024 ** 2;
const LOG_FILES_MAX = 3;
/** JetStream keeps no stream in memory here; this is for consumers' state. */
const MEMORY_STORE_BYTES_MAX = 64 * 1024 ** 2;
/** Out of the way: each log has its own limit, and the server refuses to lower those while they exceed this one. */
const STORE_BYTES_MAX = 2 ** 50;
const CONNECTIONS_MAX = 1_000;
const TAIL_LINES = 5;

/** Where the embedded server keeps its things, all inside one folder that only this user can enter. */
export interface NatsServerFiles {
  folder: string;
  config: string;
  secret: string;
  store: string;
  log: string;
  pid: string;
}

/** @throws TocsinError `data_dir_unusable` naming the folder and the reason */
export async function prepareFiles(dataDir: string): Promise<NatsServerFiles> {
  try {
    const wanted = join(dataDir, 'nats');
    makeFolder(join(wanted, 'store'), 0o700);
    const folder = await realpath(wanted);
    const probe = join(folder, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
    return {
      folder,
      config: join(folder, 'nats-server.conf'),
      secret: join(folder, 'secret'),
      store: join(folder, 'store'),
      log: join(folder, 'nats-server.txt'),
      pid: join(folder, 'nats-server.pid'),
    };
  } catch (cause) {
    throw unusable(dataDir, cause);
  }
}

export function unusable(dataDir: string, cause: unknown): TocsinError {
  return new TocsinError('data_dir_unusable', `The data folder ${dataDir} cannot be used: ${folderReason(cause)}. ${folderAdvice(cause)}`, { cause });
}

/** Made once for a data folder, so that no other user of this machine can write to the logs. */
export async function loadSecret(files: NatsServerFiles): Promise<string> {
  const found = await readFile(files.secret, 'utf8').catch(() => '');
  if (/^[0-9a-f]{64}$/.test(found)) return found;
  const secret = randomBytes(32).toString('hex');
  await writeFile(files.secret, secret, { mode: 0o600 });
  return secret;
}

export interface ConfigValues {
  user: string;
  secret: string;
  /** -1: the server takes a free port and says which one. */
  port: number;
  entryBytesMax: number;
}

/** The configuration language of nats-server contains JSON, which needs no quoting rules of its own. */
export async function writeConfig(files: NatsServerFiles, values: ConfigValues): Promise<void> {
  const config = {
    host: '127.0.0.1',
    port: values.port,
    ports_file_dir: files.folder,
    pid_file: files.pid,
    log_file: files.log,
    logfile_size_limit: LOG_FILE_BYTES_MAX,
    logfile_max_num: LOG_FILES_MAX,
    max_payload: values.entryBytesMax,
    max_connections: CONNECTIONS_MAX,
    authorization: { user: values.user, password: values.secret },
    jetstream: {
      store_dir: files.store,
      // Every acknowledged write is on disk; frames make that cheap.
      sync_interval: 'always',
      max_file_store: STORE_BYTES_MAX,
      max_memory_store: MEMORY_STORE_BYTES_MAX,
    },
  };
  await writeFile(files.config, JSON.stringify(config, null, 2), { mode: 0o600 });
}

export async function readPid(files: NatsServerFiles): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(files.pid, 'utf8').catch(() => ''), 10);
  return pid > 0 ? pid : undefined;
}

/** The port that the server with this pid listens on; undefined until it says so. */
export async function readPort(files: NatsServerFiles, pid: number): Promise<number | undefined> {
  const text = await readFile(join(files.folder, `nats-server_${pid}.ports`), 'utf8').catch(() => '');
  const port = /nats:\/\/[^"]*:(\d+)"/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** A server that was killed leaves these behind. */
export async function removeLeftovers(files: NatsServerFiles): Promise<void> {
  for (const name of await readdir(files.folder)) {
    if (name.endsWith('.ports')) await rm(join(files.folder, name), { force: true });
  }
  await rm(files.pid, { force: true });
}

/** The last lines of the server's log, for an error's sentence. */
export async function logTail(files: NatsServerFiles): Promise<string> {
  const text = await readFile(files.log, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
