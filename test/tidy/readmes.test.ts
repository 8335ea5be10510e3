import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [ENGLISH, CHINESE] = ['README.md', 'README.zh-CN.md'] as const;

/** What does not depend on the language, section by section: commands and names, figures, links, the rows of tables. */
interface Facts {
  code: string[];
  figures: string[];
  links: string[];
  rows: number;
}

const FENCE = /^```[^\n]*\n([\s\S]*?)^```$/gmu;

function factsOf(section: string): Facts {
  // What stands behind a command says in words what it does.
  const blocks = [...section.matchAll(FENCE)].flatMap(([, block = '']) => block.split('\n').map((line) => line.replace(/ +# .*$/u, '').trimEnd()));
  const prose = section.replace(FENCE, '');
  const [spans, links] = [/`([^`]+)`/gu, /\]\(([^)]+)\)/gu].map((pattern) => [...prose.matchAll(pattern)].map((match) => match[1]!));
  const words = prose.replace(/`[^`]+`|\]\([^)]+\)/gu, ' ');
  return {
    code: [...blocks, ...spans!.sort()],
    // Fifty million is 5,000 万 in Chinese.
    figures: [...words.replace('5,000 万', '50').matchAll(/\d+(?:[.,]\d+)*/gu)].map(([figure]) => figure).sort(),
    links: links!.filter((link) => !/^README(?:\.zh-CN)?\.md$/u.test(link)).sort(),
    rows: prose.split('\n').filter((line) => line.startsWith('|')).length,
  };
}

const sectionsOf = (file: string): Facts[] => readFileSync(join(root, file), 'utf8').split(/^## /mu).map(factsOf);

describe('the README in English and in Chinese', () => {
  const [english, chinese] = [sectionsOf(ENGLISH), sectionsOf(CHINESE)];

  it('have the same sections', () => {
    expect(english.length).toBeGreaterThan(4);
    expect(chinese).toHaveLength(english.length);
  });

  it.each(english.map((facts, index) => [index, facts] as const))('say the same commands, names, figures and links in section %i', (index, facts) => {
    expect(chinese[index]).toEqual(facts);
  });

  it('name each other at the top', () => {
    const top = (file: string): string => readFileSync(join(root, file), 'utf8').split('\n').slice(0, 4).join('\n');
    expect(top(ENGLISH)).toContain(`](${CHINESE})`);
    expect(top(CHINESE)).toContain(`](${ENGLISH})`);
  });
});
