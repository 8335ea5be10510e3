import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { generatePhrases } from './labelling/generate-phrases.ts';
import { readOperatingPoints } from './operating-points.ts';
import { findPackageRoot } from './package-root.ts';
import { splitRows } from './training/split.ts';
import { phraseRow, toRow } from './training/dataset.ts';
import type { Row } from './training/dataset.ts';
import { rowsOfLastPass } from './training/learn-rows.ts';
import { DEFAULT_RECIPE } from './training/recipe.ts';
import type { Part } from './training/split.ts';
import { RECORD_BYTES } from './training/teacher.ts';
import { train } from './train.ts';
import type { TrainProgress } from './train.ts';

const LAST_PASS = { rate: 0.3, phrasesShare: 0.1, rowsShare: 0.1, rowsShareOf: {} };
const RECIPE = { phrasesOneIn: 8, epochs: 2, vocabularyMax: 4_000, dimensions: 8, pools: 1, hidden: 8, lastPass: LAST_PASS };
let folder: string;
let dataDir: string;
/** Of the model of one epoch without corrections. */
let plain: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-train-'));
  dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const phrases = generatePhrases(3).filter((_, at) => at % 9 === 0);
  const write = (name: string, rows: object[]): void => writeFileSync(join(dataDir, name), gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')));
  const rowsOf = (language: string, source: string): object[] => phrases.filter((phrase) => phrase.language === language).map(({ text, sentiment }) => ({ text, label: sentiment, source }));
  write('train_zh.jsonl.gz', rowsOf('zh', 'jd_laptop'));
  write('train_en.jsonl.gz', rowsOf('en', 'twitter_us_airline'));
  write('replay.jsonl.gz', [{ text: '没有标签的一句', source: 'replay' }]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tocsin train', () => {
  it('writes a model that can be evaluated, the same one each time, and goes on from its checkpoint', async () => {
    const messages: TrainProgress[] = [];
    const first = train({ dataDir, modelDir: join(folder, 'first'), recipe: RECIPE }, (progress) => messages.push(progress));
    expect(messages.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['prepare', 'epoch', 'finish']));
    expect(existsSync(join(folder, 'first', 'training.checkpoint'))).toBe(false);

    const second = join(folder, 'second');
    class Interrupted extends Error {}
    expect(() => train({ dataDir, modelDir: second, recipe: RECIPE }, ({ stage, done }) => {
      if (stage === 'epoch' && done === 0.5) throw new Interrupted();
    })).toThrow(Interrupted);
    const resumed: string[] = [];
    expect(() => train({ dataDir, modelDir: second, recipe: RECIPE }, ({ message }) => {
      resumed.push(message);
      if (message.startsWith('last pass')) throw new Interrupted();
    })).toThrow(Interrupted);
    expect(resumed).toContain('going on after epoch 1');
    expect(train({ dataDir, modelDir: second, recipe: RECIPE }, ({ message }) => resumed.push(message)).version).toBe(first.version);
    expect(resumed).toContain('going on after epoch 2');
    for (const committed of ['fast', 'accurate']) {
      const { negative, ratingConflict } = readOperatingPoints(join(findPackageRoot(), 'models', 'weights', committed));
      expect(readOperatingPoints(second), `what no row chooses is as in ${committed}`).toMatchObject({ negative, ratingConflict });
    }

    const file = join(folder, 'own.jsonl');
    writeFileSync(file, ['{"text":"太差了","label":"negative"}', '{"text":"很好","label":"positive"}', '{"text":"请问几点开门","label":"neutral"}'].join('\n'));
    const report = await evaluate({ modelDir: join(folder, 'first'), file }, () => undefined);
    expect(report.model.startsWith(`${first.version}+`)).toBe(true);
    expect(report.sentiment[0]?.count).toBe(3);
    expect(report.text).toContain('macro-F1');
  }, 300_000);

  it('learns the labels that people set', () => {
    const corrections = join(folder, 'corrections.jsonl');
    writeFileSync(corrections, Array.from({ length: 30 }, (_, at) => JSON.stringify({ text: `第${at}号门店的咖啡像刷锅水`, sentiment: 'negative', complaint: true, categories: ['product.quality'] })).join('\n'));
    const messages: string[] = [];
    const recipe = { ...RECIPE, epochs: 1 };
    plain = train({ dataDir, modelDir: join(folder, 'plain'), recipe }, () => undefined).version;
    const taught = train({ dataDir, modelDir: join(folder, 'taught'), corrections, recipe }, ({ message }) => messages.push(message));
    expect(taught.version).not.toBe(plain);
    expect(messages.join('\n')).toContain('labelled');
  }, 300_000);

  it.each([
    ['an unknown category', { text: 'a', categories: ['colour'] }, /correction 1: categories\.0/],
    ['no text', { sentiment: 'negative' }, /correction 1: text/],
  ])('refuses corrections with %s', (_, correction, sentence) => {
    const corrections = join(folder, 'wrong.jsonl');
    writeFileSync(corrections, JSON.stringify(correction));
    expect(() => train({ dataDir, modelDir: join(folder, 'never'), corrections, recipe: RECIPE }, () => undefined)).toThrow(sentence);
  });

  it('names the file and line of training data that is no JSON', () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    for (const name of ['train_zh.jsonl.gz', 'train_en.jsonl.gz', 'replay.jsonl.gz']) writeFileSync(join(broken, name), gzipSync('{"text":"a"}\n{oops'));
    expect(() => train({ dataDir: broken, modelDir: join(folder, 'never') }, () => undefined)).toThrow(/train_zh\.jsonl\.gz, line 2: not JSON/);
  });

  it('says which folder has no training data', () => {
    expect(() => train({ dataDir: join(folder, 'nowhere'), modelDir: join(folder, 'never') }, () => undefined)).toThrow(/Cannot read .*nowhere/);
  });
});

describe('the last pass', () => {
  const rows = generatePhrases(1).slice(0, 2_000).map(phraseRow).map((row, at) => (at % 2 === 0 ? row : { ...row, source: at % 4 === 1 ? 'jd_laptop' : 'waimai_10k' }));
  const parts = rows.map((_, at): Part => (at % 10 === 0 ? 'validation' : 'train'));
  const recipe = { ...DEFAULT_RECIPE, lastPass: { rate: 0.3, phrasesShare: 0.5, rowsShare: 0.1, rowsShareOf: { jd_laptop: 1 } } };

  it('takes its share of each kind of training rows, the same ones for the same seed', () => {
    const chosen = rowsOfLastPass({ rows, parts }, recipe);
    const shareOf = (source: string): number => chosen.filter((at) => rows[at]?.source === source).length / rows.filter((row, at) => row.source === source && parts[at] === 'train').length;
    expect(chosen.every((at) => parts[at] === 'train')).toBe(true);
    expect(shareOf('jd_laptop')).toBe(1);
    expect(Math.abs(shareOf('phrases') - 0.5)).toBeLessThan(0.07);
    expect(Math.abs(shareOf('waimai_10k') - 0.1)).toBeLessThan(0.07);
    expect(rowsOfLastPass({ rows, parts }, recipe)).toEqual(chosen);
    expect(rowsOfLastPass({ rows, parts }, { ...recipe, seed: 2 })).not.toEqual(chosen);
  });

  it('changes what the epochs made, by its rate', () => {
    const recipe = { ...RECIPE, epochs: 1, lastPass: { ...LAST_PASS, rate: LAST_PASS.rate / 3 } };
    expect(train({ dataDir, modelDir: join(folder, 'slower-pass'), recipe }, () => undefined).version).not.toBe(plain);
  }, 300_000);
});

describe('the split', () => {
  const row = (text: string, source: string, product = ''): Row => {
    const made = toRow({ text, source, label: 'negative', product });
    if (made === null) throw new Error('no row');
    return made;
  };

  it('keeps near-duplicates in one part, across sources, case, script and punctuation', () => {
    const long = '这个东西用了不到三天就坏了，找客服也没有人理我，真的是非常失望，以后再也不会来买了';
    const rows = Array.from({ length: 300 }, (_, at) => row(`第${at * 7_919}号${String.fromCharCode(0x4e00 + at * 31)}反馈`, 'waimai_10k'));
    rows.push(row(long, 'waimai_10k'), row(`${long}！！！`, 'jd_laptop'), row(long.replace('东西', '東西').replaceAll('，', ' '), 'online_shopping_10_cats'), row(`${long}哦`, 'appstore_zh_stars'));
    const parts = splitRows(rows);
    expect(new Set(parts.slice(-4)).size).toBe(1);
    expect(new Set(parts)).toEqual(new Set(['train', 'validation', 'test']));
  });

  it('keeps whole unseen products out, with what resembles them', () => {
    const parts = splitRows([row('智能门锁总是离线，希望尽快修复这个问题，谢谢', 'appstore_zh_stars', '华为智能家居'), row('智能门锁总是离线 希望尽快修复这个问题 谢谢', 'appstore_zh_stars', '米家')]);
    expect(parts).toEqual(['unseen', 'unseen']);
  });
});

describe('the committed opinions of the teacher', () => {
  it('are whole records', () => {
    expect(readFileSync(new URL('./training/teacher.bin', import.meta.url)).length % RECORD_BYTES).toBe(0);
  });
});
