import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createZoneOffset } from '../../../core/zone-offset.ts';
import { admit } from '../../admission/admit.ts';
import { toHashKey } from '../../admission/keyed-hash.ts';
import { errorInChinese, rowProblemInChinese } from '../../words/error-in-chinese.ts';
import type { InputRow } from '../read-json-rows.ts';
import { openSheet, type Sheet, type SheetOptions } from './open-sheet.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-sheets-'));
});
afterAll(() => rm(folder, { recursive: true }));

const HAN = /\p{Script=Han}/u;
const PLAIN: SheetOptions = { columns: new Map(), channel: null, dates: 'ymd' };
const CELLS = [['评价内容', '评价时间', '渠道', '评分', '会员号', '备注'], ['物流太慢', '2025/3/1 9:05', '门店', '1星', 'M1', '加急'], ['"很好,\n下次再来"', '45717.5', '小程序', '非常满意', 'M2', '']];
const sheetOf = (separator: string): string => CELLS.map((row) => `${row.join(separator)}\n`).join('');
const CHINESE = sheetOf(',');

async function open(content: string | Uint8Array, options: Partial<SheetOptions> = {}, name = 'sheet.csv'): Promise<Sheet> {
  const file = join(folder, name);
  await writeFile(file, content);
  return openSheet(file, { ...PLAIN, ...options });
}

async function rowsOf(sheet: Sheet): Promise<InputRow[]> {
  const rows: InputRow[] = [];
  for await (const some of sheet.rows()) rows.push(...some);
  return rows;
}

/** By the program that Chinese systems come with: nothing here encodes GB18030. */
function inGb18030(text: string): Buffer {
  const { stdout, status } = spawnSync('iconv', ['-f', 'utf-8', '-t', 'gb18030'], { input: text });
  if (status !== 0) throw new Error('iconv is needed');
  return stdout;
}

const utf16be = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();

describe('a sheet of feedback', () => {
  const files: [string, () => string | Uint8Array, string][] = [
    ['UTF-8', () => CHINESE, 'utf-8'],
    ['UTF-8 with a byte order mark', () => `\ufeff${CHINESE}`, 'utf-8'],
    ['GB18030', () => inGb18030(CHINESE), 'gb18030'],
    ['UTF-16, as Excel calls Unicode text', () => Buffer.from(`\ufeff${CHINESE}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 the other way round', () => utf16be(CHINESE), 'utf-16be'],
    ['UTF-16 without a mark', () => Buffer.from(CHINESE, 'utf16le'), 'utf-16le'],
    ['gzip', () => gzipSync(CHINESE), 'utf-8'],
    ['semicolons', () => sheetOf(';'), 'utf-8'],
    ['tabs', () => sheetOf('\t'), 'utf-8'],
    ['Excel\'s own line that names the separator', () => `sep=,\r\n${CHINESE.replaceAll('\n', '\r\n')}`, 'utf-8'],
  ];
  it.each(files)('in %s is the same feedback', async (name, content, encoding) => {
    const sheet = await open(content());
    expect(sheet.form.encoding).toBe(encoding);
    const items = (await rowsOf(sheet)).map((row) => (row.kind === 'item' ? row.item : row));
    const said = name.startsWith('Excel') ? '很好,\r\n下次再来' : '很好,\n下次再来';
    expect(items).toEqual([
      { text: '物流太慢', createdAt: '2025-03-01 09:05:00', channel: 'store', rating: 1, customer: { id: 'M1' }, attributes: { 备注: '加急' } },
      { text: said, createdAt: '2025-03-01 12:00:00', channel: 'mini-program', rating: '非常满意', customer: { id: 'M2' } },
    ]);
    expect(sheet.readShare()).toBe(1);
  });

  it('is told by line where rows do not fit, and the rest is taken', async () => {
    const rows = await rowsOf(await open('text,rating\n一,1\n二\n,3\n"三,4\n四,5\n,,\n五,1,\n六,2,7\n'));
    expect(rows.map((row) => (row.kind === 'item' ? `${row.number} ${row.item.text}` : `${row.number} !${row.reason}`))).toEqual([
      '2 一', '3 !has 1 cells, the first row has 2', '4 !has no text', '5 !has a quotation mark that nothing closes', '6 四', '8 五', '9 !has 3 cells, the first row has 2',
    ]);
    for (const row of rows) if (row.kind === 'unusable') expect(rowProblemInChinese(row.reason)).toMatch(HAN);
  });

  it('with some bytes that are no text loses only the rows that have them', async () => {
    const rows = await rowsOf(await open(Buffer.concat([Buffer.from('text\n一二三\n'), Buffer.from([0xe4, 0xb8, 0x0a]), Buffer.from('四五六\n')])));
    expect(rows.map(({ kind, number }) => `${number} ${kind}`)).toEqual(['2 item', '3 unusable', '4 item']);
  });

  it('has its columns named by whoever imports it, and one channel for rows that name another', async () => {
    const sheet = await open('说的话;从哪来\n好;天猫\n差;电话\n', { columns: new Map([['text', '说的话'], ['channel', '从哪来']]), channel: 'web' });
    expect((await rowsOf(sheet)).map((row) => (row.kind === 'item' ? row.item : row))).toEqual([{ text: '好', channel: 'web', attributes: { channel: '天猫' } }, { text: '差', channel: 'phone' }]);
  });

  it('with more columns than an item may have attributes says which are left out, and each of its rows is taken by the server', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `附加${index}`);
    const sheet = await open(`内容,渠道,${names.join(',')}\n好,天猫,${names.map(() => 'x'.repeat(2_000)).join(',')}\n`, { channel: 'web' });
    expect(sheet.form.columns.leftOut).toEqual(names.slice(31));
    const [row] = await rowsOf(sheet);
    const context = { receivedAtMs: Date.UTC(2026, 0, 1), makeId: () => 'x', offsetAt: createZoneOffset('Asia/Shanghai'), hashKey: toHashKey(Buffer.alloc(16)) };
    expect(admit(row?.kind === 'item' ? row.item : null, context)).toMatchObject({ ok: true, item: { text: '好', channel: 'web' } });
  });

  it('may have a title and names of groups above the names of its columns, and a row of totals at its end', async () => {
    const cells = [['2026年3月反馈', '', '', '', '', ''], ['反馈', '', '', '', '客户', ''], ...CELLS, ['合计', '2', '', '', '', '']];
    for (const [name, content] of Object.entries({ 'commas.csv': `\ufeff${cells.map((row) => `${row.join(',')}\r\n`).join('')}`, 'semicolons.csv': `2026年3月反馈\n\n${sheetOf(';')}` })) {
      const sheet = await open(content, {}, name);
      expect(sheet.form).toMatchObject({ headerLine: 3, header: CELLS[0]! });
      const rows = await rowsOf(sheet);
      expect(rows.flatMap((row) => (row.kind === 'item' ? [row.item.text] : []))).toEqual(['物流太慢', '很好,\n下次再来']);
      expect(rows.flatMap((row) => (row.kind === 'unusable' ? [rowProblemInChinese(row.reason)] : []))).toEqual(name === 'commas.csv' ? ['是合计行'] : []);
    }
  });

  it.each([
    ['an Excel workbook', Buffer.from('PK\u0003\u0004 and so on', 'latin1'), 'is an Excel workbook'],
    ['an old Excel workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), 'is an old Excel workbook'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]), 'is not text'],
    ['an empty file', '', 'is empty.'],
    ['a file of blank lines', '\n\n', 'has no first row that names its columns'],
    ['a sheet without a column of feedback', '日期,金额\n1,2\n', 'has no column that is known to hold the feedback; its first row names "日期", "金额"'],
    ['columns that are not there', '内容\n好\n', 'has no column "评语"; its first row names "内容"'],
  ])('is not %s, and both languages say why', async (name, content, reason) => {
    const options = name === 'columns that are not there' ? { columns: new Map([['text', '评语'] as const]) } : {};
    const error = await open(content, options, 'given.csv').then(() => null, (caught: unknown) => caught as Error & { code: string });
    expect(error).toMatchObject({ code: 'input_unreadable', message: expect.stringContaining(`${join(folder, 'given.csv')} ${reason}`) as string });
    expect(errorInChinese('input_unreadable', error?.message ?? '')).not.toContain('原文');
  });
});
