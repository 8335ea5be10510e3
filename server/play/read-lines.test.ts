import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LINE_BYTES_MAX, readLines, type InputLine } from './read-lines.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-lines-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: Uint8Array | string, name = 'input.jsonl'): Promise<InputLine[]> {
  const file = join(folder, name);
  await writeFile(file, content);
  const lines: InputLine[] = [];
  for await (const some of readLines(file)) lines.push(...some);
  return lines;
}

const texts = (lines: InputLine[]): string[] => lines.map((line) => (line.kind === 'line' ? `${line.number} ${line.text}` : `${line.number} !${line.reason}`));

describe('reading lines', () => {
  it.each([
    ['a line feed at the end or none', '一\n二', ['1 一', '2 二']],
    ['Windows line ends', '一\r\n二\r\n', ['1 一', '2 二']],
    ['a byte order mark', '\ufeff一\n', ['1 一']],
    ['blank lines, which count', '一\n\n  \n二\n', ['1 一', '4 二']],
  ])('takes %s', async (_name, content, expected) => {
    expect(texts(await read(content))).toEqual(expected);
    expect(texts(await read(gzipSync(content), 'input.jsonl.gz'))).toEqual(expected);
  });

  it('tells gzip by its first bytes, whatever the file is called', async () => {
    expect(texts(await read(gzipSync('一\n'), 'input.jsonl'))).toEqual(['1 一']);
  });

  it('takes several gzip members one after another', async () => {
    expect(texts(await read(Buffer.concat([gzipSync('一\n'), gzipSync('二\n')]), 'input.gz'))).toEqual(['1 一', '2 二']);
  });

  it('reports a line that is not UTF-8 and one that is too long, and goes on', async () => {
    const content = Buffer.concat([Buffer.from('一\n'), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.alloc(LINE_BYTES_MAX + 1, 'x'), Buffer.from('\n二\n')]);
    expect(texts(await read(content))).toEqual(['1 一', '2 !is not UTF-8 text', `3 !is longer than ${LINE_BYTES_MAX} bytes`, '4 二']);
  });

  it('takes a line of exactly the longest length', async () => {
    const lines = await read(`${'x'.repeat(LINE_BYTES_MAX)}\n`);
    expect(lines.map(({ kind }) => kind)).toEqual(['line']);
  });

  it('gives the lines of any text back, wherever the chunks end', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }).map((text) => text.replaceAll(/[\r\n\ufeff]/g, ' ')), { minLength: 1, maxLength: 60 }), fc.nat({ max: 300_000 }), async (lines, padding) => {
      const all = ['x'.repeat(padding + 1), ...lines];
      const expected = all.map((line, index) => `${index + 1} ${line}`).filter((_, index) => (all[index] as string).trim() !== '');
      expect(texts(await read(all.join('\n')))).toEqual(expected);
    }), { numRuns: 60 });
  });

  it.each([
    ['an empty file', '', 'empty.jsonl', 'is empty'],
    ['an empty gzip file', gzipSync(''), 'empty.gz', 'is empty'],
    ['a .gz file that is not gzip', '{"text":"好"}\n', 'plain.jsonl.gz', 'is called .gz but is not a gzip file'],
    ['a gzip file that was cut', gzipSync(Array.from({ length: 50_000 }, (_, n) => `第${n}条 ${Math.sin(n)}`).join('\n')).subarray(0, 300_000), 'cut.gz', 'is cut off: its gzip data ends too early after line'],
    ['a gzip file that was damaged', damaged(), 'damaged.gz', 'is damaged: its gzip data cannot be unpacked'],
  ])('refuses %s with its name and the reason', async (_name, content, name, reason) => {
    await expect(read(content, name)).rejects.toMatchObject({ code: 'input_unreadable', message: expect.stringContaining(`${join(folder, name)} ${reason}`) as string });
  });

  it.each([
    ['a file that is not there', 'missing.jsonl', 'does not exist'],
    ['a folder', '.', 'is a folder'],
  ])('refuses %s', async (_name, name, reason) => {
    const lines = readLines(join(folder, name));
    await expect(lines.next()).rejects.toMatchObject({ code: 'input_unreadable', message: expect.stringContaining(reason) as string });
  });

  it('hands out the lines before the place where a gzip file is cut', async () => {
    const whole = gzipSync(Array.from({ length: 50_000 }, (_, n) => `第${n}条 ${Math.sin(n)}`).join('\n'));
    await writeFile(join(folder, 'cut-late.gz'), whole.subarray(0, whole.length - 5));
    let seen = 0;
    await expect((async () => {
      for await (const lines of readLines(join(folder, 'cut-late.gz'))) seen += lines.length;
    })()).rejects.toMatchObject({ code: 'input_unreadable' });
    expect(seen).toBeGreaterThan(40_000);
  });
});

function damaged(): Buffer {
  const bytes = gzipSync(Array.from({ length: 20_000 }, (_, n) => `${Math.sin(n)}`).join('\n'));
  bytes.fill(0x55, 1_000, 1_200);
  return bytes;
}
