import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
/** What customers and senders of sheets write, and how it is read: texts of others, as they are. */
const OF_OTHERS = [/^server\/play\//, /^server\/admission\//, /^models\//, /^samples\//, /^stream\/duplicates\//, /^loadtest\//, /^test\//, /^scripts\//, /\/testing\//, /\.test\.tsx?$/, /\.contract\.ts$/, /(?:named-conditions|likely-meant)\.ts$/];
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
const sources = tracked.filter((file) => /\.tsx?$/.test(file) && !OF_OTHERS.some((pattern) => pattern.test(file)) && /\p{Script=Han}/u.test(read(file)));

const CHINESE = /[\p{Script=Han}【】（），；：、。]/u;
/** Stands for `${…}`. */
const HOLE = '\ufffc';
const BESIDE_HAN = /\p{Script=Han} \p{Script=Han}|[\p{Script=Han}”’] ?[,;:!?]|[\p{Script=Han}”’] ?\(|[,;:!?)]\p{Script=Han}|[,;:!?] ?\p{Script=Han}|\(\p{Script=Han}|\p{Script=Han}\)/u;
const BESIDE_HOLE = new RegExp(`${HOLE}[,;:!?)]|[,;:!?(]${HOLE}`, 'u');
/** Between two texts that are joined. */
const SEPARATOR = /^[,;:] ?$/u;
/** What a program reads: an address, and code that is quoted in a sentence. */
const CODE = /:\/\/|`[^`]*`/gu;

const isWrong = (text: string): boolean => {
  const prose = text.replace(CODE, '');
  return CHINESE.test(prose) && (BESIDE_HAN.test(prose) || BESIDE_HOLE.test(prose));
};

type Node = Record<string, unknown> & { type: string };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Texts in Chinese with half-width punctuation or a space between two words: those with Han characters, and whatever stands under a key `zh`. */
function wrongTexts(file: string): string[] {
  const wrong: string[] = [];
  const visit = (node: Node, isChinese: boolean): void => {
    const text = textOf(node);
    if (text !== null && (isWrong(text) || (isChinese && (SEPARATOR.test(text) || (text.includes(HOLE) && BESIDE_HOLE.test(text)))))) wrong.push(text.replaceAll(HOLE, '${…}'));
    const inside = node.type === 'Property' ? isNode(node['key']) && (node['key']['name'] ?? node['key']['value']) === 'zh' || (isChinese && !isEnglish(node)) : isChinese;
    for (const value of Object.values(node)) for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, inside);
  };
  visit(parseAst(read(file), { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node, false);
  return wrong;
}

function isEnglish({ key }: Node): boolean {
  return isNode(key) && key['name'] === 'en';
}

function textOf(node: Node): string | null {
  if (node.type === 'TemplateLiteral') return (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join(HOLE);
  if (node.type === 'JSXText' || (node.type === 'Literal' && typeof node['value'] === 'string')) return String(node['value']);
  return null;
}

describe('punctuation of Chinese', () => {
  it.each(sources.map((file) => [file]))('is full-width, and no space stands between its words, in %s', (file) => {
    expect(wrongTexts(file)).toEqual([]);
  });

  it('is told from that of code and of English', () => {
    for (const text of ['物流,很慢', '共 3 条(进行中)', '告警: 物流', '（好）!坏', `共 ${HOLE} 条,${HOLE}`, `静默 ${HOLE}(${HOLE})好`, '“甲”(乙)', '来自 地区']) expect(isWrong(text)).toBe(true);
    for (const text of ['物流，很慢', '见 https://tocsin.example/，再试', '10:05 到 11:00 之间', '共 1,000 条', 'a, b (c): d', '用 `rules check(x)` 检查', '24 小时内 50 条，阈值 50']) expect(isWrong(text)).toBe(false);
  });
});
