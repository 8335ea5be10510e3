import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import type { ScorerOptions } from '../scorer.ts';
import { decideReload } from './decide-reload.ts';
import { lookOfModel } from './look-of-model.ts';
import { ModelKeeper } from './model-keeper.ts';

describe('whether to load again', () => {
  it.each([
    ['the files are as they were', { tried: 'a', seen: 'a' }, 'a', 'stay', 'unchanged'],
    ['a file has just been written', { tried: 'a', seen: 'a' }, 'b', 'stay', 'still-changing'],
    ['more of the folder was written since', { tried: 'a', seen: 'b' }, 'c', 'stay', 'still-changing'],
    ['the folder holds still', { tried: 'a', seen: 'b' }, 'b', 'load', 'changed'],
    ['the edit was taken back', { tried: 'a', seen: 'b' }, 'a', 'stay', 'unchanged'],
  ] as const)('when %s', (_, state, look, kind, reason) => {
    expect(decideReload(state, look)).toEqual({ kind, reason });
  });
});

describe('the look of a model', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-look-'));
    mkdirSync(join(folder, 'model'));
    writeFileSync(join(folder, 'model', 'manifest.json'), '{}');
    writeFileSync(join(folder, 'taxonomy.yaml'), 'categories: []');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const options = (): ScorerOptions => ({ modelDir: join(folder, 'model'), taxonomyFile: join(folder, 'taxonomy.yaml') });

  it('changes with each file, and with one more', () => {
    const looks = [lookOfModel(options())];
    for (const [name, content] of [['model/manifest.json', '{"a":1}'], ['taxonomy.yaml', 'categories: [ ]'], ['model/table.bin', 'x']] as const) {
      writeFileSync(join(folder, name), content);
      looks.push(lookOfModel(options()));
    }
    expect(new Set(looks).size).toBe(4);
    expect(lookOfModel(options())).toBe(looks[3]);
  });

  it('of a folder that is away is a look too', () => {
    const before = lookOfModel(options());
    rmSync(join(folder, 'model'), { recursive: true });
    expect(lookOfModel(options())).not.toBe(before);
  });
});

describe('the keeper of the model', () => {
  let look: string;
  let nowMs: number;
  let due: (() => void) | null;
  let loads: ScorerOptions[];
  let broken: TocsinError | null;
  let events: TelemetryEvent[];
  let pool: { version: string; backend: string; reload(settings: ScorerOptions): Promise<void> };
  let keeper: ModelKeeper;
  const glance = async (): Promise<void> => {
    const act = due;
    due = null;
    act?.();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };

  beforeEach(() => {
    [look, nowMs, due, loads, broken, events] = ['a', 1_000, null, [], null, []];
    pool = {
      version: 'm-1', backend: 'wasm',
      async reload(settings) {
        loads.push(settings);
        if (broken !== null) throw broken;
        pool.version = `m-${loads.length + 1}`;
      },
    };
    keeper = new ModelKeeper({
      pool, settings: { modelDir: '/models/own' }, look: () => look, watchMs: 5_000,
      clock: { nowMs: () => nowMs }, telemetry: (event) => events.push(event),
      timers: { after: (_, act) => { due = act; return () => { due = null; }; }, soon: () => () => undefined },
    });
    keeper.start();
  });

  it('loads what changed once it holds still', async () => {
    await glance();
    look = 'b';
    await glance();
    expect(loads).toEqual([]);
    nowMs = 2_000;
    await glance();
    expect(loads).toEqual([{ modelDir: '/models/own' }]);
    expect(keeper.status()).toEqual({ model: 'm-2', backend: 'wasm', sinceMs: 2_000, refused: null });
    await glance();
    expect(loads).toHaveLength(1);
    expect(events).toEqual([{ kind: 'model-switched', model: 'm-2' }]);
  });

  it('keeps the old one when the new one is broken, says why, and tries again when the files change', async () => {
    broken = new TocsinError('model_corrupt', 'table.bin is wrong.');
    look = 'b';
    for (let times = 0; times < 4; times++) await glance();
    expect(loads).toHaveLength(1);
    expect(keeper.status()).toMatchObject({ model: 'm-1', sinceMs: 1_000, refused: { atMs: 1_000, code: 'model_corrupt', message: 'table.bin is wrong.' } });
    broken = null;
    look = 'c';
    for (let times = 0; times < 2; times++) await glance();
    expect(keeper.status()).toMatchObject({ model: 'm-3', refused: null });
  });

  it('loads at once when it is told to, and another model when one is named', async () => {
    await keeper.reload({ model: 'accurate' });
    expect(loads).toEqual([{ modelDir: undefined, model: 'accurate' }]);
    await keeper.reload();
    expect(loads[1]).toEqual({ modelDir: undefined, model: 'accurate' });
  });

  it('refuses with a sentence that says what goes on', async () => {
    broken = new TocsinError('invalid_setting', 'The taxonomy x cannot be used: line 3.');
    await expect(keeper.reload({ model: 'accurate' })).rejects.toMatchObject({ code: 'model_refused', message: 'The taxonomy x cannot be used: line 3. m-1 goes on.' });
    broken = null;
    await keeper.reload();
    expect(loads[1]).toEqual({ modelDir: '/models/own' });
  });

  it('looks no more once it is stopped', () => {
    keeper.stop();
    expect(due).toBeNull();
  });
});
