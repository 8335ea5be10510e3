// Writes core/traditional.ts from opencc-js, so that serving needs a table look-up and no converter:
// node scripts/build-traditional.mjs
import { writeFileSync } from 'node:fs';
import { Converter } from 'opencc-js';

const FIRST_HAN = 0x3400;
const LAST_HAN = 0x9fff;
const CHARACTERS_PER_LINE = 64;

const simplify = Converter({ from: 't', to: 'cn' });
let traditional = '';
let simplified = '';
for (let code = FIRST_HAN; code <= LAST_HAN; code++) {
  const from = String.fromCharCode(code);
  const to = simplify(from);
  if (to === from || to.length !== 1 || to.charCodeAt(0) < FIRST_HAN) continue;
  traditional += from;
  simplified += to;
}

const literal = (text) => {
  const lines = [];
  for (let at = 0; at < text.length; at += CHARACTERS_PER_LINE) lines.push(`  '${text.slice(at, at + CHARACTERS_PER_LINE)}'`);
  return lines.join(' +\n');
};

writeFileSync(new URL('../core/traditional.ts', import.meta.url), `// Written by scripts/build-traditional.mjs: each traditional character and, at the same place, its simplified form.

export const TRADITIONAL =
${literal(traditional)};

export const SIMPLIFIED =
${literal(simplified)};
`);
