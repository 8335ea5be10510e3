import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readEvents } from './events.ts';
import type { Fire, WindowEvent } from './rule.ts';

/** A program under measurement, in Node. */
export interface NodePeer<Prepared> {
  /** Events that are made ready at a time. */
  chunkEvents: number;
  start(): Promise<void>;
  /** Not timed: what a program is handed by whatever stands before it. */
  prepare(events: WindowEvent[]): Prepared;
  /** Timed: everything from the events to the alerts. */
  take(prepared: Prepared): void | Promise<void>;
  /** CPU time of other processes that worked for it so far, microseconds. */
  otherCpuUs(): Promise<number>;
  fires(): Fire[];
  stop(): Promise<void>;
}

export interface Measured {
  events: number;
  seconds: number;
  /** CPU time of all processes that took part, in the same stretches. */
  cpuSeconds: number;
}

/** Feeds a file of events through a program; only `take` is timed. */
export async function measure<Prepared>(peer: NodePeer<Prepared>, lines: readonly string[]): Promise<Measured> {
  await peer.start();
  let seconds = 0;
  let cpuUs = -(await peer.otherCpuUs());
  for (let from = 0; from < lines.length; from += peer.chunkEvents) {
    const prepared = peer.prepare(readEvents(lines, from, peer.chunkEvents));
    const cpuBefore = process.cpuUsage();
    const startedMs = performance.now();
    const taking = peer.take(prepared);
    if (taking !== undefined) await taking;
    seconds += (performance.now() - startedMs) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    cpuUs += user + system;
  }
  cpuUs += await peer.otherCpuUs();
  return { events: lines.length, seconds, cpuSeconds: cpuUs / 1e6 };
}

/** Runs a program where its module is the one that Node was started with: `node MODULE EVENTS_FILE FIRES_FILE …`. */
export async function runIfMain<Prepared>(moduleUrl: string, make: (args: string[]) => NodePeer<Prepared>): Promise<void> {
  const [, main, eventsFile, firesFile, ...args] = process.argv;
  if (main === undefined || pathToFileURL(main).href !== moduleUrl) return;
  if (eventsFile === undefined || firesFile === undefined) throw new Error('wanted: the file of events and the file for alerts');
  const peer = make(args);
  try {
    const measured = await measure(peer, linesOf(readFileSync(eventsFile, 'utf8')));
    writeFileSync(firesFile, peer.fires().map(({ key, timeMs }) => `${key}\t${timeMs}\n`).join(''));
    process.stdout.write(`${JSON.stringify(measured)}\n`);
  } finally {
    await peer.stop();
  }
}

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
