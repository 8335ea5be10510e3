import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from './main.ts';
import { said } from './say.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
/** By their text: to load them all is to load the whole program. */
const commands = [...read('main.ts').matchAll(/^ {2}'?([\w-]+)'?: async \(\) => \(await import\('\.\/([\w-]+\.ts)'\)\)\.(\w+)\(\),$/gm)].map(([, name, file, made]) => ({ name: name!, file: file!, made: made! }));

it('knows every command that there is', () => {
  expect(commands.length).toBeGreaterThan(15);
});

it.each(commands)('$name is loaded under its own name', ({ name, file, made }) => {
  const [first] = read(file).split(`export function ${made}(`)[1]!.matchAll(/new Command\('([\w-]+)'\)/g);
  expect(first?.[1]).toBe(name);
});

describe('a command that is not as it must be', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.exitCode = undefined;
  });

  const run = async (args: string[], language: string): Promise<{ out: string; error: string }> => {
    vi.stubEnv('TOCSIN_LANGUAGE', language);
    const said = { out: '', error: '' };
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said.error += String(text);
      return true;
    });
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said.out += String(text);
      return true;
    });
    await main(['node', 'tocsin', ...args]);
    return said;
  };

  it.each([
    ['an unknown option', ['serve', '--nope'], "unknown option '--nope'", 'Usage: tocsin serve'],
    ['a missing option', ['replay'], "required option '--file <file>' not specified", 'Usage: tocsin replay'],
    ['an unknown command below another', ['rules', 'nope'], "unknown command 'nope'", 'Usage: tocsin rules'],
    ['an unknown option below another', ['rules', 'check', '--nope'], "unknown option '--nope'", 'Usage: tocsin rules check'],
  ])('is told with how it is used: %s', async (_name, args, error, usage) => {
    const said = (await run(args, 'en')).error;
    expect(said).toContain(error);
    expect(said).toContain(usage);
    expect(process.exitCode).toBe(1);
  });

  it.each([
    ['an unknown option', ['rules', 'check', '--jsn'], '错误：没有选项 --jsn，是否想写 --json？'],
    ['a value that does not fit', ['capacity', '--items-per-day', 'many'], '错误：选项 --items-per-day <items> 的值 "many" 无效：须为大于 0 的数。'],
    ['a choice that there is not', ['capacity', '--items-per-day', '9', '--language', 'fr'], '错误：选项 --language <language> 的值 "fr" 无效：可为 zh, en。'],
    ['one argument too many', ['rules', 'check', 'a', 'b'], '错误：参数过多，最多 1 个，写了 2 个。'],
  ])('is told in Chinese: %s', async (_name, args, error) => {
    const said = await run(args, 'zh');
    expect(said.error.split('\n')[0]).toBe(error);
    expect(said.error).toContain('用法：');
  });

  it('says its help in Chinese within 80 columns, and in both languages where none is asked for', async () => {
    for (const args of [['rules', 'check'], ['capacity']]) {
      const { out } = await run([...args, '--help'], 'zh');
      expect(out.slice(out.indexOf('\n'))).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/u);
      for (const line of out.split('\n')) expect(line.length + (line.match(/[\u2E80-\u9FFF\uFF00-\uFFEF]/gu)?.length ?? 0), line).toBeLessThanOrEqual(80);
      vi.stubEnv('LC_ALL', 'C');
      expect((await run([...args, '--help'], '')).out).toMatch(/用法：.*Usage: /su);
    }
  });
});

it.each([
  ['a rule test that differs', '        expected that burst opens for app · logistics at 3 as warning at 10m; closest: burst opens for other at 3 as critical at 20m', '        应有：规则 burst 在 10m 开始，app · logistics，计数 3，级别警告；最接近的是 规则 burst 在 20m 开始，other，计数 3，级别严重'],
  ['an alert of a backtest', '2026-03-01 09:30:00  warning  burst  物流 · app  opened at 50 (completed late), critical 2026-03-01 10:00:00 at 100, peak 120, ended 2026-03-02 09:30:00 after 24 h 0 min', '2026-03-01 09:30:00  警告  burst  物流 · app  开始时 50（迟到后补满），2026-03-01 10:00:00 升为严重（100），最高 120，2026-03-02 09:30:00 恢复，历时 24 小时 0 分钟'],
  ['an alert of a comparison', '  2026-03-01 09:30:00  warning  burst  at 50, peak 60, still open  →  2026-03-01 09:31:00  warning  burst  at 50, peak 60, until 2026-03-01 09:40:00', '  2026-03-01 09:30:00  警告  burst  开始时 50，最高 60，未恢复  →  2026-03-01 09:31:00  警告  burst  开始时 50，最高 60，到 2026-03-01 09:40:00'],
  ['a dead letter', '7  2026-03-01T00:00:00.000Z  scored 12  store  220 bytes  x  replayed 2026-03-01T00:00:01.000Z', '7  2026-03-01T00:00:00.000Z  scored 12  store  220 字节  x  2026-03-01T00:00:01.000Z 已重放'],
  ['a comparison of log and store', 'log and store are equal: 5 rows up to entry 9 of the scored log', '日志与存储一致：到评分日志第 9 条共 5 行'],
  ['a backup', 'The store of 2026-03-01 with 1,200 items in 9 tables is backed up: /srv/a b', '2026-03-01 的存储（9 个表，1,200 条反馈）已备份到 /srv/a b'],
])('says in Chinese what came of it: %s', (_name, english, chinese) => {
  vi.stubEnv('TOCSIN_LANGUAGE', 'zh');
  expect(said(english)).toBe(chinese);
  vi.stubEnv('TOCSIN_LANGUAGE', 'en');
  expect(said(english)).toBe(english);
  vi.stubEnv('TOCSIN_LANGUAGE', '');
  vi.stubEnv('LC_ALL', 'C');
  expect(said(english)).toBe(`${chinese}\n${english}`);
  vi.unstubAllEnvs();
});

describe('tocsin channels check', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it('says what is wrong in both languages', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-channels-'));
    const file = join(folder, 'channels.yaml');
    await writeFile(file, '- {id: ops, kind: console, langage: zh}\n');
    const said: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    await main(['node', 'tocsin', 'channels', 'check', file]);
    await main(['node', 'tocsin', 'channels', 'check', file, '--json']);
    await rm(folder, { recursive: true });
    expect(said[0]).toMatch(/:1:\d+: langage is not a key that is known here; did you mean language\? .*\n {4}不是此处已知的键.*（是否想写 language？）$/su);
    expect(JSON.parse(said[2] ?? '')).toMatchObject({ key: 'langage', messageZh: expect.stringContaining('不是此处已知的键') as string });
  });
});
