import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEncoders } from './accurate/encoder-files.ts';
import { findPackageRoot, listModels } from './package-root.ts';
import { readModel } from './weights-file.ts';

const BYTES_MAX = 25_000_000;
const folderOf = (name: string): string => join(findPackageRoot(), 'models', 'weights', name);

describe('the committed weights', () => {
  it('take no more than 25 MB together', () => {
    const bytes = listModels().flatMap((name) => readdirSync(folderOf(name)).map((file) => statSync(join(folderOf(name), file)).size));
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(BYTES_MAX);
  });

  it('are those that the model card is about, each file by its checksum, and fit each other', () => {
    const fast = readModel(folderOf('fast')).manifest;
    const accurate = readEncoders(folderOf('accurate')).manifest;
    expect(readFileSync(join(findPackageRoot(), 'docs', 'model-card.md'), 'utf8').split('\n')[0]).toBe(`# Model card: \`${fast.version}\`, \`${accurate.version}\``);
    expect(accurate.fast).toBe(fast.version);
  });
});
