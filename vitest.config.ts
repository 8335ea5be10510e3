import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts', '**/*.test.tsx'],
    exclude: ['node_modules/**', 'dist/**', '.tools/**', '.native/**'],
    // The embedded ClickHouse engine holds one data folder a process, and native parts do not like worker threads.
    pool: 'forks',
    maxWorkers: 2,
    // Nothing is asserted by the time it takes; a machine whose disk is busy takes ten times as long.
    testTimeout: 240_000,
    hookTimeout: 300_000,
  },
});
