import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareWithBaseline } from './baseline.ts';
import { readBaseline, writeBaseline } from './baseline-file.ts';
import { told } from './figures.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tocsin-baseline-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const about = { machine: '2 × a', versions: 'v', revision: 'abc', atIso: '2026-01-01T00:00:00Z', loadAverageBefore: 0, texts: 'generator' };

it('an accepted run of each size has a file of its own, and later ones are compared with it by ratio', async () => {
  const inside = join(folder, 'baselines');
  await writeBaseline(inside, 'full', [told('single items: answer p99', 20, 'ms', { ratio: 2, peer: 'bare handler' }), told('alone', 5, 'ms')], about);
  await writeBaseline(inside, 'quick', [told('single items: answer p99', 90, 'ms', { ratio: 9, peer: 'bare handler' })], about);
  expect((await readdir(inside)).sort()).toEqual(['full.json', 'quick.json']);
  const baseline = await readBaseline(inside, 'full');
  expect(baseline).toEqual({ machine: '2 × a', revision: 'abc', atIso: '2026-01-01T00:00:00Z', figures: [{ name: 'single items: answer p99', ratio: 2 }] });
  const compare = (ratio: number): (boolean | undefined)[] => compareWithBaseline([told('single items: answer p99', 1, 'ms', { ratio })], baseline!).map(({ met }) => met);
  expect(compare(3.9)).toEqual([true]);
  expect(compare(4.1)).toEqual([false]);
});

it('where none was accepted there is nothing to compare with; a file that is broken is said', async () => {
  expect(await readBaseline(folder, 'full')).toBeNull();
  await writeFile(join(folder, 'full.json'), '{');
  await expect(readBaseline(folder, 'full')).rejects.toThrow(SyntaxError);
});
