import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTocsin } from '../support/run-tocsin.ts';

const STEP_MS = 120_000;
const GOOD = '- {id: burst, title: {zh: 激增, en: Surge}, kind: threshold, where: complaint, groupBy: [category], window: 1h, atLeast: 3}\n';
const RING = `- {id: one, title: {zh: 一, en: One}, kind: composite, when: two and burst}
- {id: two, title: {zh: 二, en: Two}, kind: composite, when: one or burst}
`;

describe('rules as code', () => {
  let folder: string;
  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  const run = (...args: string[]) => runTocsin(args, { env: { TOCSIN_DATA_DIR: join(folder, 'data') }, limitMs: STEP_MS });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-rules-'));
    await Promise.all(['good', 'bad', 'odd'].map((name) => mkdir(join(folder, name))));
    await put('good/a.yaml', GOOD);
    await put('odd/a.yaml', GOOD.replace('complaint,', `'channel == "wechat"',`));
    await put('bad/1-key.yaml', `${GOOD.replace('burst', 'misspelt').replace('window', 'windw')}`);
    await put('bad/2-where.yaml', GOOD);
    await put('bad/3-twice.yaml', GOOD.replace('where: complaint', 'where: complant'));
    await put('bad/4-twice.yaml', GOOD);
    await put('bad/5-ring.yaml', RING);
    await put('bad/6-no-yaml.yaml', '- id: x\n\ttitle: y\n');
    await put('pages.yaml', `rules: good/a.yaml
tests:
  - name: the third of an hour pages
    given: [{at: 0s, items: 3, every: 10m, category: logistics}]
    expect: [{at: 20m, rule: burst, group: {category: logistics}, count: 3}, {between: [1h, 2h], rule: burst, does: resolves}]
  - name: two do not
    given: [{at: 0s, items: 2}]
`);
    await put('differs.yaml', 'rules: good/a.yaml\ntests:\n  - name: the second pages\n    given: [{at: 0s, items: 3, every: 10m}]\n    until: 30m\n    expect: [{at: 10m, rule: burst}]\n');
    await put('bad-test.yaml', 'rules: good/a.yaml\ntests:\n  - name: x\n    given: [{at: tomorrow}]\n');
    await put('bad-rules.yaml', 'rules: bad/1-key.yaml\ntests: [{name: x, given: []}]\n');
    await put('routing.yaml', `defaultTeam: care
users: [{id: u1, notify: [console]}]
teams: [{id: care, notify: [console]}]
schedules:
  - {id: days, rotations: [{users: [u1], every: 1d, startsAt: "2026-01-05T00:00:00+08:00", hours: {from: "09:00", to: "21:00"}}]}
routes: [{id: wx, when: [channel=wechat], notify: [schedule:days]}, {id: all, notify: [schedule:days]}]
`);
    await put('bad-routing.yaml', `users:
  - {id: u1, notify: [dingtalkk]}
  - {id: u2}
routes:
  - {id: all, notify: [user:u2]}
inhibitions:
  - {id: a, source: [rule=x], target: [rule=y]}
  - {id: b, source: [rule=y], target: [rule=x]}
`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('that are right are checked with exit code 0', async () => {
    expect(await run('rules', 'check', join(folder, 'good'))).toMatchObject({ code: 0, stdout: '1 个文件中有 1 条规则，0 处问题，0 条提醒\n1 rule in 1 file, 0 problems, 0 warnings\n' });
  });

  it('that ask for a value that no item has are warned of, with what was most likely meant, and are right all the same', async () => {
    const { code, stdout } = await run('rules', 'check', join(folder, 'odd'));
    expect(code).toBe(0);
    for (const sentence of [
      'odd/a.yaml:1:60 where: warning: compares channel with "wechat", which it never is; did you mean mini-program? It is one of app,', 'where: 提醒：channel 从不为 "wechat"，可用的值：app,', '（是否想写 mini-program？）',
      '1 个文件中有 1 条规则，0 处问题，1 条提醒\n1 rule in 1 file, 0 problems, 1 warning\n',
    ]) expect(stdout).toContain(sentence);
  });

  it('that are wrong are told by file, line and key, all at once, in both languages, with exit code 1', async () => {
    const bad = join(folder, 'bad');
    const { code, stdout } = await run('rules', 'check', bad);
    expect(code).toBe(1);
    for (const sentence of [
      `${bad}/1-key.yaml:1:`, 'windw: is not a key that is known here; did you mean window?', '不是此处已知的键',
      `${bad}/3-twice.yaml:1:`, 'where: speaks of "complant"', `${bad}/4-twice.yaml:1:`, 'id: rule burst is already in',
      `${bad}/5-ring.yaml:1:`, 'when: goes round in a circle', '规则互相引用成环', `${bad}/6-no-yaml.yaml:2:`, 'is not valid YAML',
    ]) expect(stdout).toContain(sentence);
    const lines = (await run('rules', 'check', bad, '--json')).stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const problem of lines.slice(0, -1)) expect(problem).toMatchObject({ file: expect.stringContaining(bad) as string, line: expect.any(Number) as number, key: expect.any(String) as string, message: expect.any(String) as string });
    expect(Number(lines.at(-1)?.['problems'])).toBe(lines.length - 1);
  });

  it('of one file are checked by its name, in the language of the terminal', async () => {
    const file = join(folder, 'bad', '6-no-yaml.yaml');
    for (const [language, words, others] of [['en', 'is not valid YAML', '有效'], ['zh', '不是有效的 YAML', 'not valid']] as const) {
      const { code, stdout } = await runTocsin(['rules', 'check', file], { env: { TOCSIN_LANGUAGE: language } });
      expect(code).toBe(1);
      expect(stdout).toContain(`${file}:2:`);
      expect(stdout).toContain(words);
      expect(stdout).not.toContain(others);
    }
  });

  it('of a folder that is not there are an error in one sentence', async () => {
    expect(await run('rules', 'check', join(folder, 'nowhere'))).toMatchObject({ code: 1, stderr: expect.stringMatching(/^tocsin: the folder of rules .* cannot be read: ENOENT/mu) as string });
  });

  it('are tested in a language of times: what differs is said with what came closest, and fails', async () => {
    expect(await run('rules', 'test', join(folder, 'pages.yaml'))).toMatchObject({ code: 0, stdout: expect.stringContaining('2 passed, 0 failed') as string });
    const { code, stdout } = await run('rules', 'test', join(folder, 'differs.yaml'));
    expect(code).toBe(1);
    expect(stdout).toContain('expected that burst opens at 10m; closest: burst opens for other at 3 as warning at 20m');
  });

  it.each([
    ['a test that is wrong', 'bad-test.yaml', /bad-test\.yaml:4:\d+ tests\.0\.given\.0\.at: "tomorrow" is not a time after the start/u],
    ['a test of rules that are wrong', 'bad-rules.yaml', /1-key\.yaml:1:\d+ windw: is not a key that is known here/u],
    ['a test that is not there', 'none.yaml', /none\.yaml cannot be read: ENOENT/u],
  ])('%s is told by file, line and key', async (_, file, sentence) => {
    expect(await run('rules', 'test', join(folder, file))).toMatchObject({ code: 1, stderr: expect.stringMatching(sentence) as string });
  });

  it('of people: a gap in a schedule is found at the check, with who takes over, and a value that no alert has, with what was meant', async () => {
    const { code, stdout } = await run('routing', 'check', join(folder, 'routing.yaml'));
    expect(code).toBe(0);
    expect(stdout.match(/note: schedule days: nobody is on call daily \S+ UTC\+8, .*the team care takes over/gu)).toHaveLength(1);
    expect(stdout).toContain('note: route wx: when[0] compares channel with "wechat", which it never is; did you mean mini-program?');
    expect(stdout).toContain('路由 wx 的 when[0]：channel 从不为 "wechat"');
    expect(stdout).toMatch(/排班 days：每天 \S+ UTC\+8 无人值班，.*由团队 care 接手/u);
  });

  it('of people that are wrong: an unknown channel, a route to nobody and inhibitions in a circle, each by file, line and key', async () => {
    const { code, stdout } = await run('routing', 'check', join(folder, 'bad-routing.yaml'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/bad-routing\.yaml:2:\d+: users\[0\]\.notify\[0\] names the channel dingtalkk/u);
    expect(stdout).toMatch(/bad-routing\.yaml:5:\d+: routes\[0\]\.notify leads to nobody/u);
    expect(stdout).toMatch(/bad-routing\.yaml:7:\d+: inhibitions\[0\]\.source is part of a circle/u);
    for (const sentence of ['引用的渠道 dingtalkk 没有配置', '无人可通知：其中没有一个目标有渠道', '抑制规则成环']) expect(stdout).toContain(sentence);
  });

  it('that are wrong are no backtest, and neither are incidents that are', async () => {
    expect(await run('backtest', '--rule', join(folder, 'bad/1-key.yaml'))).toMatchObject({ code: 1, stderr: expect.stringMatching(/1-key\.yaml:1:\d+ windw: is not a key/u) as string });
    await put('incidents.yaml', '- {from: 2026-03-02T10:00:00+08:00, to: soon}\n');
    expect(await run('backtest', '--rule', join(folder, 'good/a.yaml'), '--incidents', join(folder, 'incidents.yaml'))).toMatchObject({ code: 1, stderr: expect.stringContaining('0.to "soon" is not a time in RFC 3339') as string });
  });
});
