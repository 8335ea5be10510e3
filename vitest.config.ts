import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { divideTests } from './test/support/lone-tests.ts';

/** Files of half a minute and more, the longest first: one that began last would leave the other workers idle. */
const LONG = [
  'simulation/second-part', 'simulation/third-part', 'simulation/simulation', 'boards/history', 'acceptance/proof-of-kinds', 'run/loadtest', 'simulation/routed-lives', 'acceptance/snapshots', 'acceptance/refusals',
  'grafana/panels', 'acceptance/store-away', 'acceptance/key-limit', 'acceptance/desk-on-call', 'deploy/dockerfile', 'accurate/train-chain', 'models/train', 'acceptance/one-page', 'engine/engine-process', 'app/corrections',
];

/** Those that follow each other in one process come last: only what stands next to each other shares it. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      if (project.name === 'together') return LONG.length + 1;
      const found = LONG.findIndex((name) => moduleId.includes(`${name}.test.`));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

const root = dirname(fileURLToPath(import.meta.url));
const tests = divideTests(root);
const inside = (files: readonly string[]): string[] => files.map((file) => relative(root, file));

export default defineConfig({
  test: {
    // The embedded ClickHouse engine holds one data folder a process, and native parts do not like worker threads.
    pool: 'forks',
    // On two cores: tests with real servers wait for half of their time, which a third worker fills.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    // Nothing is asserted by the time it takes; a machine whose disk is busy takes ten times as long.
    testTimeout: 240_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: 'alone', include: inside(tests.alone), isolate: true } },
      { extends: true, test: { name: 'together', include: inside(tests.together), isolate: false } },
    ],
  },
});
