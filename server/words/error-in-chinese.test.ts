import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_WORDS } from '../../core/error-words.ts';
import { ERROR_CODES, TocsinError, type ErrorCode } from '../../core/errors.ts';
import { admit } from '../admission/admit.ts';
import { readSettings } from '../config/settings.ts';
import { errorInChinese, recordInChinese } from './error-in-chinese.ts';
import { commandLanguages, prefersChinese } from './prefers-chinese.ts';

const HAN = /\p{Script=Han}/u;

describe('the words of an error', () => {
  it('exist in both languages for each code that is documented', () => {
    const documented = [...readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8').matchAll(/^\| `(\w+)` \|/gmu)].map(([, code]) => code as ErrorCode);
    expect(documented.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
    for (const code of documented) {
      const { title, zh } = ERROR_WORDS[code];
      expect(title.zh, code).toMatch(HAN);
      expect(title.en, code).toMatch(/^[A-Z]/u);
      expect(zh, code).toMatch(HAN);
    }
  });

  it.each<[ErrorCode, string, string]>([
    ['not_found', 'There is no such alert.', '没有这个告警。'],
    ['invalid_request', 'The item was not accepted: text is missing.', '条目未被接收：text 缺失。'],
    ['invalid_request', 'The item was not accepted: An item must be a JSON object, not a number.', '条目未被接收：条目须为 JSON 对象，不能是数。'],
    ['invalid_request', 'None of the 2 items was accepted. The first one: channel must be a string, not an object.', '2 条都未被接收。第一条：channel 须为文字，不能是对象。'],
    ['method_not_allowed', 'This address takes GET, HEAD.', '此地址只接受 GET, HEAD。'],
    ['batch_too_large', 'The request holds 1200 items; at most 1,000 go into one. Nothing of it was taken: send it in parts.', '请求有 1200 条，一次最多 1,000 条；全部未接收，请分几次发送。'],
    ['invalid_request', 'The query is not as it must be: limit: Too big: expected number to be <=500; what: is not known here.', '查询参数不符合要求：limit：最大为 500；what：不是此处已知的字段。'],
    ['invalid_rule', 'window "5" has no unit: such as 90s.', 'window："5" 没有单位：例如 90s、30m、24h、7d、2w。'],
    ['invalid_rule', 'the rules do not fit:\n  a.yaml:3:5 kind: is missing: a rule\'s kind is threshold or spike', '规则不符合要求：\n  a.yaml:3:5 kind：缺失：规则类型为 threshold 或 spike'],
    ['conflict', 'The incident a1 is over.', '事件 a1 已结束。'],
    ['invalid_channel', 'The channel ops cannot be used: 10.0.0.1 is a private address; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it.', '渠道 ops 不能使用：10.0.0.1 是内网地址；可用 TOCSIN_ALLOW_PRIVATE_HOSTS 放行。'],
    ['invalid_request', 'The body is not as it must be: entry.rotations.0.every: must be a length of time such as 7d; entry.id: is missing: an id such as care-team.', '请求正文不符合要求：entry.rotations.0.every：须为时长，例如 7d；entry.id：缺失：须为 id，例如 care-team。'],
    ['invalid_request', 'notify[0] names the channel pager, which is not configured (there are: desk).', 'notify[0]：引用的渠道 pager 没有配置（已有：desk）。'],
    ['conflict', 'routes/r1: chain names the chain up, which is not there.', 'r1 的 chain：引用的升级链 up 不存在。'],
    ['invalid_request', 'The silence is not as it must be: endsAt: is missing: a silence that does not recur has an end; confirm: is missing: this silence matches every alert there is, now and to come (write confirm: true if that is meant).', '静默不符合要求：endsAt：缺失：不重复的静默须有结束时间；confirm：缺失：此静默会匹配现有和以后的所有告警；确认请写 confirm: true。'],
    ['invalid_setting', 'the routing does not fit:\n  r.yaml:3:5: notify[0] names user:u9, which is not there (entry r1)\n  r.yaml:9:1: the entry must have a step', '路由不符合要求：\n  r.yaml:3:5: notify[0]：引用的 user:u9 不存在（r1）\n  r.yaml:9:1: 至少要有一步'],
    ['conflict', 'schedule primary exists already; PUT replaces it.', '排班 primary 已存在，替换请用 PUT。'],
    ['data_dir_unusable', 'The data folder /srv/数据 目录 is in use by another Tocsin, process 42. Stop that one, or give this one a folder of its own.', '数据目录 /srv/数据 目录 正被另一个 Tocsin（进程 42）使用。请停止它，或为这一个另设目录（TOCSIN_DATA_DIR）。'],
    ['data_dir_unusable', 'The embedded ClickHouse cannot use /srv/x: this user may not write there. Set TOCSIN_DATA_DIR to a folder that this user may write.', '内置 ClickHouse 不能使用 /srv/x：当前用户无权写入。请把 TOCSIN_DATA_DIR 设为可写的目录。'],
    ['data_dir_unusable', 'The data folder /srv/x cannot be used: the disk is full. Make room on its disk, or set TOCSIN_DATA_DIR to a folder on another one.', '数据目录 /srv/x 不能使用：磁盘已满。请在该磁盘上腾出空间，或把 TOCSIN_DATA_DIR 设到另一块磁盘。'],
    ['log_unavailable', 'NATS at 127.0.0.1:1 cannot be reached.', '127.0.0.1:1 的 NATS 不可用：连接不上。'],
    ['input_unreadable', "Cannot read /x/train_zh.jsonl.gz: ENOENT: no such file or directory, open '/x'", "无法读取 /x/train_zh.jsonl.gz：ENOENT: no such file or directory, open '/x'"],
    ['server_unreachable', 'No server answers at http://127.0.0.1:9.', 'http://127.0.0.1:9 没有服务器应答。请先启动服务器（npm start），或用 --url 写明地址。'],
    ['server_unreachable', 'http://127.0.0.1:9 took no feedback for 10 s: nothing listens there (connection refused).', 'http://127.0.0.1:9 在 10 秒内没有接收反馈：该地址没有服务在运行（连接被拒绝）。'],
    ['invalid_rule', 'atLeast is missing: write atLeast: N, or moreThan: N. notfy is not a key that is known here; did you mean notify? (known: id, notify). window "5" has no unit: such as 90s.', 'atLeast：缺失：写 atLeast: N 或 moreThan: N；notfy：不是此处已知的键（已知：id, notify）（是否想写 notify？）；window："5" 没有单位：例如 90s、30m、24h、7d、2w。'],
    ['invalid_channel', 'The channel is not a channel: a channel is a list of keys and values, such as id: ops-dingtalk.', '渠道：不是渠道：渠道由键和值组成，例如 id: ops-dingtalk。'],
    ['invalid_channel', 'the channels do not fit:\n  c.yaml:2:3: secrt is not a key that is known here; did you mean secret? (known: id, secret) (channel ops)\n  c.yaml:7:3: the channel is not a channel: a channel is a list of keys and values, such as id: ops-dingtalk', '渠道不符合要求：\n  c.yaml:2:3: secrt：不是此处已知的键（已知：id, secret）（是否想写 secret？）（ops）\n  c.yaml:7:3: 不是渠道：渠道由键和值组成，例如 id: ops-dingtalk'],
    ['invalid_request', 'The counter does not keep groupBy=store with where=stars <= 2. It keeps: no groupBy up to 7d; groupBy=category with where=complaint up to 24h.', '计数器没有保留 groupBy=store、条件为 stars <= 2；它保留：不分组，最长 7d；groupBy=category、条件为 complaint，最长 24h。'],
    ['invalid_rule', 'atLeast must be a whole number from 1 to 1,000,000,000. window must be a length of time such as 24h, 30m or 7d.', 'atLeast：须为 1 到 1,000,000,000 的整数；window：须为时长，例如 24h, 30m 或 7d。'],
    ['overloaded', 'A sentence nobody has put into Chinese yet.', '队列或日志已到上限，请求中没有任何内容被接收；请按 Retry-After 等待后重发同一请求。（原文：A sentence nobody has put into Chinese yet.）'],
  ])('%s: %s', (code, message, zh) => expect(errorInChinese(code, message)).toBe(zh));

  it('say in Chinese what is wrong with the settings', () => {
    let message = '';
    try {
      readSettings({ TOCSIN_HTTP_PORT: 'x', TOCSIN_LANGUAGE: 'fr', TOCSIN_TIME_ZONE: 'Mars', TOCSIN_WHAT: '1', TOCSIN_PUBLIC_URL: 'ftp://x' });
    } catch (error) {
      if (error instanceof TocsinError) message = errorInChinese(error.code, error.message);
    }
    const lines = message.split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[1]).toBe('  - TOCSIN_HTTP_PORT：须为 0 到 65535 的整数（现为 "x"）');
    expect(message).not.toContain('it is');
    for (const line of lines) expect(line).toMatch(HAN);
  });

  it.each<[string, unknown]>([
    ['no text', { channel: 'app' }], ['no channel', { text: 'a' }], ['an empty text', { text: '  ', channel: 'app' }], ['a text that is too long', { text: 'x'.repeat(20_001), channel: 'app' }],
    ['a text that is a list', { text: [], channel: 'app' }], ['a channel that is not known', { text: 'a', channel: 'pigeon' }], ['a wait in words', { text: 'a', channel: 'app', waitSeconds: 'long' }],
    ['a wait below nothing', { text: 'a', channel: 'app', waitSeconds: -1 }], ['six stars', { text: 'a', channel: 'app', rating: 6 }], ['stars as a list', { text: 'a', channel: 'app', rating: [] }], ['stars in unknown words', { text: 'a', channel: 'app', rating: 'purple' }],
    ['a time in words', { text: 'a', channel: 'app', createdAt: 'yesterday' }], ['the year 1970', { text: 'a', channel: 'app', createdAt: '1970-01-01T00:00:00Z' }], ['the year 2100', { text: 'a', channel: 'app', createdAt: '2100-01-01T00:00:00Z' }],
    ['a number', 5], ['null', null], ['an unknown object', { text: 'a', channel: 'app', more: {} }], ['an unknown long text', { text: 'a', channel: 'app', more: 'x'.repeat(5_000) }], ['a name that is empty', { text: 'a', channel: 'app', '': 1 }],
    ['a name given twice', { text: 'a', channel: 'app', more: 1, attributes: { more: 1 } }], ['an attribute that is a list', { text: 'a', channel: 'app', attributes: { more: [] } }], ['a workspace with a space', { workspace: 'a b', text: 'a', channel: 'app' }],
  ])('say in Chinese why an item was not accepted: %s', (_, input) => {
    const answer = admit(input, { receivedAtMs: Date.UTC(2026, 0, 1), makeId: () => 'i', offsetAt: () => 0, hashKey: [1, 2, 3, 4] });
    if (answer.ok) throw new Error('it was accepted');
    const said = errorInChinese('invalid_request', `The item was not accepted: ${answer.message}`);
    expect(said).not.toContain('原文');
    // What may be written instead stays as it is written.
    expect(said.replace(/以下之一：.*$/su, '').replace(/YYYY-MM-DD HH:mm:ss|RFC 3339|JSON|\d{4}-[\dT:+-]+/gu, '')).not.toMatch(/[A-Za-z]+ [A-Za-z]+/u);
  });
});

describe('the record of a delivery', () => {
  it.each([
    ['host name not found', '主机名不存在'],
    ['HTTP 200: code 310000 keywords not in content', 'HTTP 200：代码 310000，keywords not in content'],
    ['connection refused; given up after 24 h', '连接被拒绝；24 小时后放弃'],
    ['HTTP 500: oops; over sms: 1 of 2 recipients; no answer within 10 s', 'HTTP 500：oops；改由 sms 发送：2 位收件人中的 1 位；10 秒内没有应答'],
    ['The channel ops cannot be used: 127.0.0.1 is a private address; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it.', '渠道 ops 不能使用：127.0.0.1 是内网地址；可用 TOCSIN_ALLOW_PRIVATE_HOSTS 放行。'],
    ['The page a1.3 over ops is lost: HTTP 404: no such robot', '渠道 ops 的通知 a1.3 未能送达：HTTP 404：no such robot'],
  ])('is said in Chinese, the receiver\'s own words as they are: %s', (record, zh) => expect(recordInChinese(record)).toBe(zh));
});

describe('the language', () => {
  it.each([
    ['', false], ['zh', true], ['zh-CN,zh;q=0.9,en;q=0.8', true], ['en-US,en;q=0.9,zh;q=0.8', false], ['en;q=0.5, zh-Hans;q=0.7', true], ['fr, zh;q=0.3', true], ['*', false], ['de', false], ['zh;q=0, en;q=0.1', false], ['zh;q=x', false],
  ])('of Accept-Language: %s', (header, expected) => expect(prefersChinese(header)).toBe(expected));

  it.each([
    [{ TOCSIN_LANGUAGE: 'zh', LANG: 'en_US.UTF-8' }, ['zh']], [{ LANG: 'zh_CN.UTF-8' }, ['zh']], [{ LC_ALL: 'en_GB.UTF-8', LANG: 'zh_CN' }, ['en']], [{ LANG: 'C.UTF-8' }, ['zh', 'en']], [{}, ['zh', 'en']],
  ])('of a command with %j', (env, expected) => expect(commandLanguages(env)).toEqual(expected));
});
