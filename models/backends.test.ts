import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseBackend, nativeKindOf } from './backends.ts';
import { findPackageRoot } from './package-root.ts';

const isInstalled = (kind: string): boolean => existsSync(join(findPackageRoot(), '.native', kind));

describe('the choice of a backend', () => {
  it('takes the best that starts and says in one line why each better one was not taken', async () => {
    const { name, reason } = await chooseBackend();
    const better = ['tfjs-node-gpu', 'webgpu', 'tfjs-node'].slice(0, ['tfjs-node-gpu', 'webgpu', 'tfjs-node', 'wasm'].indexOf(name));
    expect(reason).toMatch(new RegExp(`^TensorFlow\\.js on ${name}`));
    expect(reason).not.toContain('\n');
    for (const each of better) {
      const kind = nativeKindOf(each) ?? '';
      expect(reason).toContain(`; ${each} not taken: `);
      if (!isInstalled(kind)) expect(reason).toContain(`${each} not taken: not installed (npm run setup:native -- ${kind})`);
    }
  });

  it.each(['', 'auto'])('takes "%s" for a choice of its own', async (forced) => {
    expect((await chooseBackend(forced)).name).toBe((await chooseBackend()).name);
  });

  it('keeps to a forced one', async () => {
    expect(await chooseBackend('wasm')).toMatchObject({ name: 'wasm', reason: 'TensorFlow.js on wasm' });
  });

  it('lists what can be forced where the name is unknown', async () => {
    await expect(chooseBackend('cuda')).rejects.toMatchObject({ code: 'invalid_setting', message: 'TOCSIN_TF_BACKEND is "cuda"; it can be auto, tfjs-node-gpu, webgpu, tfjs-node, wasm, cpu.' });
  });

  it.skipIf(isInstalled('gpu'))('does not fall back from a forced one that does not start, and says why', async () => {
    await expect(chooseBackend('tfjs-node-gpu')).rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringContaining('tfjs-node-gpu not taken: not installed (npm run setup:native -- gpu)') });
  });
});
