// Preloaded into the server of a soak (see subject.ts): at SIGUSR2 it collects its garbage and adds a line of JSON to the file that
// TOCSIN_TEST_MEMORY_FILE names, with what was left. So a heap that is only collected late is told from one that grows.
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    collect();
    appendFileSync(process.env.TOCSIN_TEST_MEMORY_FILE, `${JSON.stringify(process.memoryUsage())}\n`);
  });
}
