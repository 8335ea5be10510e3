import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { matchTaxonomy, readTaxonomy } from './taxonomy.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-taxonomy-'));
  path = join(folder, 'taxonomy.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PACKAGING = `
categories:
  - id: product.packaging
    name: {zh: 包装, en: Packaging}
    seedWords: [盒子压扁, Crushed Box]
    patterns: ['包装.{0,4}(破|烂)']
    owner: warehouse
`;

describe('the editable taxonomy', () => {
  it('that ships can be read', () => {
    expect(readTaxonomy().categories).toBeInstanceOf(Array);
  });

  it.each([
    ['a seed word', '收到时盒子压扁了', true],
    ['a seed word in traditional characters', '收到時盒子壓扁了', true],
    ['a seed word in another case', 'came in a CRUSHED box', true],
    ['a pattern', '外包装都破了', true],
    ['nothing of it', '包装很好', false],
  ])('finds a category by %s', (_, text, found) => {
    writeFileSync(path, PACKAGING);
    const matches = matchTaxonomy(readTaxonomy(path), text);
    expect(matches).toEqual(found ? [{ id: 'product.packaging', probability: 1, decidedBy: 'taxonomy' }] : []);
  });

  it.each([
    ['an unknown key', 'categories: [{id: a, name: {zh: 甲, en: A}, colour: red}]', /taxonomy\.yaml cannot be used: categories\.0/],
    ['a missing name', 'categories: [{id: a}]', /categories\.0\.name/],
    ['an id with spaces', 'categories: [{id: "a b", name: {zh: 甲, en: A}}]', /categories\.0\.id/],
    ['a pattern that is no RE2', 'categories: [{id: a, name: {zh: 甲, en: A}, patterns: ["(a"]}]', /a: the pattern \(a is not RE2/],
    ['a category that stands there twice', 'categories: [{id: a, name: {zh: 甲, en: A}, seedWords: [x]}, {id: a, name: {zh: 乙, en: B}, seedWords: [y]}]', /categories\.1: a stands there twice/],
    ['a category that nothing finds', 'categories: [{id: a, name: {zh: 甲, en: A}}]', /a has neither seedWords nor patterns/],
    ['broken YAML', 'categories: [', /taxonomy\.yaml cannot be used: .*line 1/s],
  ])('with %s is refused in a sentence', (_, content, sentence) => {
    writeFileSync(path, content);
    expect(() => readTaxonomy(path)).toThrow(sentence);
  });
});
