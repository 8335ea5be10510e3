import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';

const SPIN_MS = 300;
/** Integers in a table that fits into the first cache: what two threads of one core share. */
const SPIN = `
const { parentPort } = require('node:worker_threads');
const table = new Uint32Array(16384);
parentPort.on('message', (untilMs) => {
  let [done, x] = [0, 1];
  while (Date.now() < untilMs) {
    for (let step = 0; step < 100000; step += 1) { x = (Math.imul(x, 1664525) + table[x & 16383] + 1013904223) | 0; table[x & 16383] = x; }
    done += 1;
  }
  parentPort.postMessage(done);
});
parentPort.postMessage('ready');`;

/**
 * How many times the work of one processor all of them do at once: less than their number where they are threads of the same
 * cores, or lent by a host that has other guests. An item's processor time grows by the same.
 */
export async function processorsTogether(): Promise<number> {
  const workers = await Promise.all(cpus().map(async () => {
    const worker = new Worker(SPIN, { eval: true });
    await answer(worker);
    return worker;
  }));
  try {
    const spin = (worker: Worker): Promise<number> => {
      worker.postMessage(Date.now() + SPIN_MS);
      return answer(worker) as Promise<number>;
    };
    // The first one compiles.
    for (const worker of workers) await spin(worker);
    const [first] = workers;
    if (first === undefined) return 1;
    const alone = await spin(first);
    const together = await Promise.all(workers.map(spin));
    return together.reduce((sum, done) => sum + done, 0) / alone;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function answer(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}
