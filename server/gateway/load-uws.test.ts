import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lackOf, loadUws } from './load-uws.ts';
import { pointToOlderGlibc } from './point-to-older-glibc.ts';

const packageFolder = dirname(createRequire(import.meta.url).resolve('uWebSockets.js'));

describe('the HTTP server library', () => {
  it('loads on this machine, twice as the same module', () => {
    const uws = loadUws();
    expect(typeof uws.App).toBe('function');
    expect(loadUws()).toBe(uws);
  });

  it('has binaries for the versions that package.json names', () => {
    const files = readdirSync(packageFolder);
    for (const modules of ['115', '127', '137', '141']) expect(lackOf(files, { platform: 'linux', arch: 'x64', versions: { ...process.versions, modules } })).toBeNull();
    const { engines } = JSON.parse(readFileSync(join(packageFolder, '..', '..', 'package.json'), 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe('^20.19.0 || ^22.0.0 || ^24.0.0 || ^25.0.0');
  });

  it('says which versions of Node.js it runs on where it has no binary for this one', () => {
    const files = ['uws.js', 'uws_linux_x64_137.node', 'uws_linux_x64_115.node', 'uws_linux_x64_127.node', 'uws_win32_x64_147.node'];
    const on = (platform: NodeJS.Platform, arch: NodeJS.Architecture, modules: string): string | null => lackOf(files, { platform, arch, versions: { ...process.versions, node: '26.1.0', modules } });
    expect(on('linux', 'x64', '147')).toBe('The HTTP server library uWebSockets.js has no binary for Node.js 26.1.0 on linux, x64, only for Node.js 20, 22, 24. Run Tocsin with one of these.');
    expect(on('win32', 'x64', '137')).toContain('only for Node.js 26.');
    expect(on('linux', 'riscv64', '137')).toBe('The HTTP server library uWebSockets.js has no binary for linux on riscv64.');
    expect(on('win32', 'x64', '147')).toBeNull();
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
