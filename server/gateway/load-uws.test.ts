import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadUws } from './load-uws.ts';
import { pointToOlderGlibc } from './point-to-older-glibc.ts';

const packageFolder = dirname(createRequire(import.meta.url).resolve('uWebSockets.js'));

describe('the HTTP server library', () => {
  it('loads on this machine, twice as the same module', () => {
    const uws = loadUws();
    expect(typeof uws.App).toBe('function');
    expect(loadUws()).toBe(uws);
  });

  it.each(['x64', 'arm64'])('asks for nothing of glibc 2.38 once its %s binary is adapted', (arch) => {
    const original = readFileSync(join(packageFolder, `uws_linux_${arch}_115.node`));
    const adapted = pointToOlderGlibc(original, 'GLIBC_2.38');
    expect(adapted.length).toBe(original.length);
    expect(() => pointToOlderGlibc(adapted, 'GLIBC_2.38')).toThrow('asks libc for no GLIBC_2.38');
  });

  it('refuses to adapt a library that needs more than the renamed functions', () => {
    const original = readFileSync(join(packageFolder, 'uws_linux_x64_115.node'));
    expect(() => pointToOlderGlibc(original, 'GLIBC_2.36')).toThrow('needs arc4random of GLIBC_2.36');
  });

  it('refuses what is no ELF library', () => {
    expect(() => pointToOlderGlibc(new Uint8Array(100), 'GLIBC_2.38')).toThrow('not a 64-bit');
  });
});
