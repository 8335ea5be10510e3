import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicUrl } from '../cards/public-url.ts';
import { LinkSigner } from '../links/action-link.ts';
import { drawPng } from './draw-png.ts';
import { glyphOf } from './glyphs.ts';
import { pictureNumber } from './picture-number.ts';
import { drawSlope, paletteOf, PICTURE_HEIGHT, PICTURE_WIDTH } from './slope-picture.ts';
import type { SlopePicture } from './slope-picture.ts';

const PICTURE: SlopePicture = { tone: 'warning', language: 'zh', counts: [1, 1, 2, 2, 1, 3, 4, 4, 5, 6, 9, 12], before: 0, fireAt: 50, from: '11-22 03:12', to: '11-23 03:12' };

/** Chunks of a PNG by name, their checksums held against their bytes. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const named = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(named));
    chunks.set(named.subarray(0, 4).toString(), named.subarray(4));
    at += 12 + length;
  }
  return chunks;
}

/** Colours of all pixels, row by row. */
function pixelsOf(png: Buffer): { width: number; height: number; pixels: Buffer } {
  const chunks = chunksOf(png);
  const head = chunks.get('IHDR')!;
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const rows = inflateSync(chunks.get('IDAT')!);
  return { width, height, pixels: Buffer.concat(Array.from({ length: height }, (_, row) => rows.subarray(row * (width + 1) + 1, (row + 1) * (width + 1)))) };
}

describe('a picture', () => {
  it('is a PNG of a few kilobytes that holds what was drawn', () => {
    const png = drawPng(PICTURE);
    expect(png.length).toBeLessThan(8_000);
    const { width, height, pixels } = pixelsOf(png);
    expect([width, height]).toEqual([PICTURE_WIDTH, PICTURE_HEIGHT]);
    expect(pixels.equals(Buffer.from(drawSlope(PICTURE).pixels))).toBe(true);
    expect(chunksOf(png).get('PLTE')?.toString('hex')).toBe(paletteOf('warning').map((colour) => colour.slice(1)).join(''));
    expect([...chunksOf(png).keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
  });

  it('draws the line up to the count, and a dashed one at what fires', () => {
    const canvas = drawSlope(PICTURE);
    const at = (x: number, y: number): number => canvas.pixels[y * canvas.width + x] ?? -1;
    const topOf = (x: number): number => Array.from({ length: 221 }, (_, y) => y).find((y) => [4, 5].includes(at(x, y))) ?? 221;
    // Ever higher, since nothing leaves while items come.
    const tops = [40, 200, 400, 600].map(topOf);
    expect(tops).toEqual([...tops].sort((a, b) => b - a));
    expect(new Set(tops).size).toBe(4);
    const rowOfDashes = Array.from({ length: 221 }, (_, y) => y).find((y) => at(26, y) === 2);
    expect(Math.abs((rowOfDashes ?? 0) - topOf(640))).toBeLessThan(12);
    expect(drawSlope({ ...PICTURE, fireAt: null }).pixels.subarray(0, canvas.width * 100).includes(2)).toBe(false);
  });

  it('can be drawn of any numbers', () => {
    const count = fc.oneof(fc.nat(10_000_000), fc.maxSafeNat());
    const counts = fc.array(count, { minLength: 1, maxLength: 24 });
    fc.assert(fc.property(counts, count, fc.option(count), fc.constantFrom('critical', 'warning', 'notice', 'resolved'), fc.constantFrom('zh', 'en'), (given, before, fireAt, tone, language) => {
      const canvas = drawSlope({ tone, language, counts: given, before, fireAt, from: '11-22 03:12', to: '11-23 03:12' });
      expect(canvas.pixels.reduce((most, colour) => Math.max(most, colour), 0)).toBeLessThan(paletteOf(tone).length);
      // The last column and the last row stay free: no label runs out of the picture.
      for (let y = 0; y < canvas.height; y++) expect(canvas.pixels[(y + 1) * canvas.width - 1]).toBe(0);
      expect(canvas.pixels.subarray((canvas.height - 1) * canvas.width).every((colour) => colour === 0)).toBe(true);
      const sums = given.reduce((sum, one) => sum + one, before);
      for (const value of [Math.max(...given), sums, fireAt ?? 0]) expect(pictureNumber(value, language).length).toBeLessThanOrEqual(6);
    }), { numRuns: 60, examples: [[[0], 0, 10_000_000, 'critical', 'en'], [[0], 0, 1_000_000_000, 'notice', 'zh'], [Array<number>(24).fill(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'warning', 'en']] });
  });

  it.each([
    [0, '0', '0'], [50, '50', '50'], [99_999, '99,999', '99,999'], [100_000, '10万', '100k'], [1_234_567, '123万', '1.23M'], [99_999_999, '9999万', '99.9M'], [1_000_000_000, '10亿', '1B'],
    [1_999_999_999_999, '1.99万亿', '1.99T'], [Number.MAX_SAFE_INTEGER, '9007万亿', '9kT'],
  ])('shortens %d in the words of its language', (value, zh, en) => {
    expect([pictureNumber(value, 'zh'), pictureNumber(value, 'en')]).toEqual([zh, en]);
    // Every sign is drawn.
    for (const sign of `${zh}${en}`) expect(glyphOf(sign).some((row) => row > 0)).toBe(true);
  });
});

describe('the address of a picture', () => {
  const signer = new LinkSigner(Buffer.alloc(32, 7));
  const token = signer.pictureToken(PICTURE);

  it('holds what is drawn, in some two hundred characters', () => {
    expect(signer.openPicture(token)).toEqual(PICTURE);
    expect(token.length).toBeLessThan(260);
  });

  it('that was not made here draws nothing, and no link to act by is one', () => {
    for (const bad of ['', '.', `${token}x`, token.slice(1), `x${token}`, 'picture:a.b', new LinkSigner(Buffer.alloc(32, 8)).pictureToken(PICTURE)]) expect(signer.openPicture(bad)).toBeNull();
    expect(signer.open(token, 0)).toEqual({ ok: false, reason: 'forged' });
    expect(signer.open(`picture:${token}`, 0)).toEqual({ ok: false, reason: 'forged' });
  });

  it.each([
    ['https://tocsin.example/p/x.png', true], ['http://8.8.8.8:8080/p', true], ['http://127.0.0.1/p', false], ['http://192.168.1.4/p', false], ['http://10.0.0.1/p', false], ['http://172.20.0.1/', false],
    ['http://100.100.1.1/', false], ['http://localhost:8080/p', false], ['https://tocsin.intern/p', false], ['https://host/p', false], ['ftp://tocsin.example/', false], ['no address', false],
  ])('%s is given to services on the internet: %s', (url, expected) => expect(isPublicUrl(url)).toBe(expected));
});
