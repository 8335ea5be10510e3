import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSmallFiles } from './check-small-files.ts';
import { defaultModelDir } from './package-root.ts';

describe('the small files of a model', () => {
  let modelDir: string;
  beforeAll(async () => {
    modelDir = await mkdtemp(join(tmpdir(), 'tocsin-small-files-'));
    for (const file of ['manifest.json', 'operating-points.json']) await cp(join(defaultModelDir(), file), join(modelDir, file));
  });
  afterAll(() => rm(modelDir, { recursive: true, force: true }));

  it('are enough where the large ones are not there', () => {
    expect(() => checkSmallFiles({ modelDir })).not.toThrow();
    expect(() => checkSmallFiles({})).not.toThrow();
  });

  it('are refused by name, each', async () => {
    expect(() => checkSmallFiles({ modelDir: join(modelDir, 'nowhere') })).toThrow(/manifest\.json cannot be used: it is missing/u);
    expect(() => checkSmallFiles({ model: 'slow' })).toThrow(/There is no model "slow"/u);
    expect(() => checkSmallFiles({ modelDir, taxonomyFile: join(modelDir, 'none.yaml') })).toThrow(/The taxonomy .*none\.yaml cannot be used/u);
    await writeFile(join(modelDir, 'operating-points.json'), '{}');
    expect(() => checkSmallFiles({ modelDir })).toThrow(/operating-points\.json cannot be used/u);
    await writeFile(join(modelDir, 'manifest.json'), '{"kind": "oracle"}');
    expect(() => checkSmallFiles({ modelDir })).toThrow(/its kind is "oracle"; this program reads ngrams, encoders/u);
  });
});
