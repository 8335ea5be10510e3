import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdsLocked } from './locked-packages.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-locked-'));
  put('package-lock.json', { packages: { '': { name: 'x' }, 'node_modules/a': { version: '1.0.0' }, 'node_modules/a/node_modules/b': { version: '2.0.0' }, 'node_modules/c': { version: '3.0.0', optional: true } } });
  put('node_modules/a/package.json', { version: 'v1.0.0' });
  put('node_modules/a/node_modules/b/package.json', { version: '2.0.0' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}

describe('packages that somebody installed by hand', () => {
  it('are all there, though the platform lacks an optional one', () => expect(holdsLocked(root)).toBe(true));

  it('are not when one is missing', () => {
    rmSync(join(root, 'node_modules/a/node_modules/b'), { recursive: true });
    expect(holdsLocked(root)).toBe(false);
  });

  it('are not when one has another version', () => {
    put('node_modules/a/package.json', { version: '1.0.1' });
    expect(holdsLocked(root)).toBe(false);
  });

  it('are not when there are none', () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    expect(holdsLocked(root)).toBe(false);
  });
});
