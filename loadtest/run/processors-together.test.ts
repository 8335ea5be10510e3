import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { processorsTogether } from './processors-together.ts';

it('is a number of processors, whatever else the machine does meanwhile', async () => {
  const together = await processorsTogether();
  expect(together).toBeGreaterThan(0);
  expect(Number.isFinite(together), `${together} of ${cpus().length}`).toBe(true);
});
