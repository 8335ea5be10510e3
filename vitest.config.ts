import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Files of a minute and more, the longest first: one that began last would leave the other worker idle. */
const LONG = ['simulation/second-thousand', 'simulation/simulation', 'accurate/train-chain', 'run/loadtest', 'acceptance/desk-on-call', 'acceptance/proof-of-kinds', 'boards/history', 'deploy/dockerfile', 'acceptance/key-limit', 'acceptance/refusals'];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((name) => moduleId.includes(`${name}.test.`));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: ['**/*.test.ts', '**/*.test.tsx'],
    exclude: ['node_modules/**', 'dist/**', 'dist.*/**', '.tools/**', '.native/**'],
    // The embedded ClickHouse engine holds one data folder a process, and native parts do not like worker threads.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    // Nothing is asserted by the time it takes; a machine whose disk is busy takes ten times as long.
    testTimeout: 240_000,
    hookTimeout: 300_000,
  },
});
