import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'tocsin-make-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('makeFolder', () => {
  it('makes what is missing and leaves what is there', () => {
    makeFolder(join(root, 'a', 'b', 'c'), 0o700);
    makeFolder(join(root, 'a', 'b', 'c'), 0o755);
    expect(statSync(join(root, 'a', 'b', 'c')).mode & 0o777).toBe(0o700);
  });

  it.runIf(existsSync('/proc/self'))('refuses a place whose parent takes no folder', () => {
    expect(() => makeFolder('/proc/tocsin/clickhouse')).toThrow(/ENOENT/);
  });

  it('refuses a link to nowhere and a folder below a file', () => {
    symlinkSync(join(root, 'nowhere'), join(root, 'link'));
    expect(() => makeFolder(join(root, 'link'))).toThrow(/EEXIST/);
    expect(() => makeFolder(join(root, 'link', 'x'))).toThrow(/EEXIST|ENOENT/);
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolder(join(root, 'file', 'x'))).toThrow(/ENOTDIR/);
  });
});
