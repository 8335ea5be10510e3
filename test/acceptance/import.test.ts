import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTocsin } from '../support/run-tocsin.ts';
import { startServer } from '../support/start-server.ts';
import { getJson } from '../support/http.ts';

describe('a sheet that is imported', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin acceptance 导入-'));
    server = await startServer();
  });
  afterAll(async () => {
    await server?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const total = async (): Promise<number> => (await getJson<{ items: unknown[] }>(`${server.url}/v1/feedback?limit=100`)).body.items.length;

  it('is stored but for the rows that do not fit, which are told by line in the language of the terminal; the same file again counts nothing twice', async () => {
    const file = join(folder, '评价 一月.csv');
    await writeFile(file, '评价内容,评分,评价时间\n物流太慢,1,2025/3/1 9:05\n少一格\n很好,9,2025/3/1\n"客服\n不错",5,2999/1/1\n可以,4,\n', 'utf8');
    const run = (...more: string[]) => runTocsin(['import', '--file', file, '--url', server.url, ...more], { env: { LANG: 'zh_CN.UTF-8', LC_ALL: '' } });
    const checked = await run('--check');
    expect([checked.code, checked.stdout.trim()]).toEqual([1, '4 行可以导入，1 行不能；没有发送任何内容']);
    expect(await total()).toBe(0);
    for (const _time of ['first', 'second']) {
      const { code, stdout, stderr } = await run();
      expect([code, stdout.split('；')[0]]).toEqual([1, '4 条中接收 2 条，未接收 3 条']);
      expect(stderr).toContain('第 3 行：有 1 格，表头有 3 格');
      expect(stderr).toMatch(/第 4 行：未被接收：rating 最大为 5/u);
      expect(stderr).toMatch(/第 5 行：未被接收：createdAt 在将来：比服务器时钟超前/u);
      expect(await total()).toBe(2);
    }
  });
});
