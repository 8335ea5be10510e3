import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from '../core/category.ts';
import { TocsinError } from '../core/errors.ts';
import { readOperatingPoints } from './operating-points.ts';
import { openEngine } from './open-engine.ts';
import { defaultModelDir } from './package-root.ts';
import { readModel } from './weights-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-model-'));
  cpSync(defaultModelDir(), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function flipByte(name: string): void {
  const bytes = readFileSync(join(folder, name));
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
  writeFileSync(join(folder, name), bytes);
}

function changeManifest(change: (manifest: Record<string, unknown>) => void): void {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
}

const DAMAGES: [string, () => void, RegExp][] = [
  ['a flipped bit in the table', () => flipByte('table.bin'), /table\.bin cannot be used: its SHA-256 is/],
  ['a flipped bit in the dense weights', () => flipByte('dense.bin'), /dense\.bin cannot be used: its SHA-256 is/],
  ['a file cut short', () => truncateSync(join(folder, 'vocabulary.bin'), 100), /vocabulary\.bin cannot be used: it has 100 bytes/],
  ['a file grown longer', () => appendFileSync(join(folder, 'dense.bin'), 'x'), /dense\.bin cannot be used: it has \d+ bytes/],
  ['a missing file', () => unlinkSync(join(folder, 'table.bin')), /table\.bin cannot be used: it is missing/],
  ['a missing manifest', () => unlinkSync(join(folder, 'manifest.json')), /manifest\.json cannot be used: it is missing/],
  ['a manifest that is no JSON', () => writeFileSync(join(folder, 'manifest.json'), '{'), /manifest\.json cannot be used: it is not JSON/],
  ['a manifest of another format', () => changeManifest((manifest) => { manifest['format'] = 99; }), /manifest\.json cannot be used: format/],
  ['a shape that does not fit the files', () => changeManifest((manifest) => { (manifest['shape'] as Record<string, number>)['hidden'] = 7; }), /dense\.bin cannot be used: its shape needs/],
];

describe('a model folder', () => {
  it.each([
    ['a kind that nothing reads', () => changeManifest((manifest) => { manifest['kind'] = 'oracle'; }), /its kind is "oracle"; this program reads ngrams/],
    ['no manifest', () => unlinkSync(join(folder, 'manifest.json')), /manifest\.json cannot be used: it is missing/],
  ])('with %s is not opened', async (_, damage, sentence) => {
    damage();
    await expect(openEngine(folder, 'wasm')).rejects.toThrow(sentence);
  });

  it('is read when it is whole', () => {
    const { manifest, weights } = readModel(folder);
    expect(weights.table.length).toBe(manifest.shape.vocabulary * manifest.shape.dimensions);
  });

  it.each(DAMAGES)('with %s is refused, naming the file and what is wrong', (_, damage, sentence) => {
    damage();
    expect(() => readModel(folder)).toThrow(sentence);
    try {
      readModel(folder);
    } catch (error) {
      expect((error as TocsinError).code).toBe('model_corrupt');
    }
  });

  it.each([
    ['is no JSON', 'x', /operating-points\.json cannot be used/],
    ['has a threshold above 1', JSON.stringify({ negative: 2 }), /operating-points\.json cannot be used: negative/],
  ])('whose operating points file %s is refused', (_, content, sentence) => {
    writeFileSync(join(folder, 'operating-points.json'), content);
    expect(() => readOperatingPoints(folder)).toThrow(sentence);
  });

  it('whose operating points say nothing of a hint of a complaint asks for none', () => {
    writeFileSync(join(folder, 'operating-points.json'), JSON.stringify({ negative: 0.5, complaint: 0.5, implicit: 0.5, ratingConflict: 0.5, categories: Object.fromEntries(CATEGORY_IDS.map((id) => [id, 0.5])) }));
    expect(readOperatingPoints(folder).complaintHint).toBe(0);
  });
});
