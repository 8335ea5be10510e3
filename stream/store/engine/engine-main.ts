import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Engine } from './engine.ts';
import { configurationOptions } from './engine-configuration.ts';
import type { EngineCommand, EngineOrder, EngineReport, ReadPort, ReadPortOrder } from './messages.ts';
import { serveOwner } from './serve-owner.ts';
import { serveReader } from './serve-reader.ts';

// The process of the embedded engine. It is told what to do in one message, and ends when the process that started it does.
const KEEP_ALIVE_MS = 30_000;
const DRAIN_MS_MAX = 8_000;
const ORPHAN_MS_MAX = 1_000;
const ORPHAN_LOOK_MS = 20;
/** As `nice` counts: a second's rows and a merge have time, an item on its way to a page has not. */
const NICENESS = 10;
const servers: Server[] = [];
let engine: Engine | undefined;
let stopping = false;

process.on('message', (command: EngineCommand) => void (command.kind === 'start' ? start(command.order) : stop()));
// The channel closes with the parent, however it ended: nobody is left to serve, and the folder is wanted by the next one.
process.once('disconnect', () => void leave());
// Before the engine makes its threads, which take it over.
yieldToTheStream();
// Both reach every process of the group; the parent says when to stop, after its last inserts.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

function yieldToTheStream(): void {
  try {
    setPriority(NICENESS);
  } catch {
    // A system that does not allow it: the engine competes as before.
  }
}

async function start(order: EngineOrder): Promise<void> {
  try {
    engine = new Engine(order.path, [...configurationOptions(order.path), ...(order.backupFolder === undefined ? [] : [`--backups.allowed_path=${order.backupFolder}`])]);
  } catch (error) {
    report({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) });
    return;
  }
  const facts = { version: await engine.text('SELECT version()'), timeZone: await engine.text('SELECT timezone()') };
  const ownerPort = await listen(serveOwner({ engine, facts, password: order.password }), '127.0.0.1', 0);
  const read = order.read === null ? null : await openReadPort(order.read, serveReader({ engine, facts, database: order.database, limits: order.read.limits }));
  report({ kind: 'ready', ownerPort, read });
}

/** A port that is taken must not keep the store from working. */
async function openReadPort({ host, port }: ReadPortOrder, listener: RequestListener): Promise<ReadPort | null> {
  try {
    return { host, port: await listen(listener, host, port), instead: null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return null;
    return { host, port: await listen(listener, host, 0), instead: 'of-a-taken-port' };
  }
}

function listen(listener: RequestListener, host: string, port: number): Promise<number> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      servers.push(server);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function report(message: EngineReport): void {
  process.send?.(message);
}

/** Lets running statements end, if they do soon, and goes. The engine is not closed: that may wait for a statement for ever. What it has committed is on the disk. */
async function leave(): Promise<void> {
  const untilMs = performance.now() + ORPHAN_MS_MAX;
  while (engine !== undefined && engine.running > 0 && performance.now() < untilMs) await setTimeout(ORPHAN_LOOK_MS);
  process.kill(process.pid, 'SIGKILL');
}

/** Lets running statements end, closes the engine, which a process must before it exits, and goes. */
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const drained = Promise.all(servers.map((server) => new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  })));
  const limit = setTimeout(DRAIN_MS_MAX, undefined, { ref: false });
  await Promise.race([drained, limit]);
  for (const server of servers) server.closeAllConnections();
  engine?.close();
  process.exit(0);
}
