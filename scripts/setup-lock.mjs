// One setup at a time in a checkout: a lock file that says who holds it. Its time is renewed while the work goes on.
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const RENEW_MS = 2_000;
/** A lock of another machine, or of a process id that lives on in another program, is nobody's after this long without a renewal. */
export const ABANDONED_MS = 60_000;
const POLL_MS = 200;

/**
 * Runs `work` while this process alone holds `file`, and waits for whoever holds it. What a killed process left is taken over.
 * @template T
 * @param {{file: string, report: (line: string) => void, work: () => Promise<T>}} options
 * @returns {Promise<T>}
 */
export async function withSetupLock({ file, report, work }) {
  await acquire(file, report);
  const renewing = setInterval(() => renew(file), RENEW_MS);
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    process.off('exit', release);
    release();
  }
}

async function acquire(file, report) {
  let told = false;
  while (!create(file)) {
    const holder = readHolder(file);
    if (holder === undefined) continue;
    if (isAbandoned(holder)) {
      takeAway(file);
      continue;
    }
    if (!told) report(`另一个进程（${holder.pid}）正在安装，等待它完成 / Another setup of this folder is running (process ${holder.pid}); waiting for it …`);
    told = true;
    await sleep(POLL_MS);
  }
}

/** @returns {boolean} false when the file is there already */
function create(file) {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns {{pid: number, host: string, idleMs: number} | undefined} undefined when nobody holds it any more */
function readHolder(file) {
  try {
    const idleMs = Date.now() - statSync(file).mtimeMs;
    const text = readFileSync(file, 'utf8');
    // Between its making and its writing the file is empty.
    return { pid: 0, host: '', ...(text === '' ? {} : JSON.parse(text)), idleMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0, host: '', idleMs: Infinity };
    throw error;
  }
}

function isAbandoned({ pid, host, idleMs }) {
  if (idleMs > ABANDONED_MS) return true;
  return pid > 0 && host === hostname() && !lives(pid);
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two that wait must not take away each other's new lock: only who holds `.taking` looks once more and removes. */
function takeAway(file) {
  const guard = `${file}.taking`;
  if (!create(guard)) {
    const other = readHolder(guard);
    if (other !== undefined && isAbandoned(other)) rmSync(guard, { force: true });
    return;
  }
  try {
    const holder = readHolder(file);
    if (holder !== undefined && isAbandoned(holder)) rmSync(file, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function renew(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Whoever cleaned the folder took the lock with it; the work goes on.
  }
}
