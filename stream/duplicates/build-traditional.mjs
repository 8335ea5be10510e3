// Writes traditional.ts from opencc-js: the pairs whose simplified form is among the 3,755 common characters of GB 2312 level 1.
// node stream/duplicates/build-traditional.mjs
import { writeFileSync } from 'node:fs';
import { Converter } from 'opencc-js';

const FIRST_HAN = 0x4e00;
const LAST_HAN = 0x9fff;
const CHARACTERS_PER_LINE = 64;

const decoder = new TextDecoder('gb18030');
const common = new Set();
for (let row = 0xb0; row <= 0xd7; row++) {
  for (let cell = 0xa1; cell <= 0xfe; cell++) common.add(decoder.decode(new Uint8Array([row, cell])));
}
const simplify = Converter({ from: 't', to: 'cn' });
let traditional = '';
let simplified = '';
for (let code = FIRST_HAN; code <= LAST_HAN; code++) {
  const from = String.fromCharCode(code);
  const to = simplify(from);
  if (to === from || !common.has(to)) continue;
  traditional += from;
  simplified += to;
}

const literal = (text) => {
  const lines = [];
  for (let at = 0; at < text.length; at += CHARACTERS_PER_LINE) lines.push(`  '${text.slice(at, at + CHARACTERS_PER_LINE)}'`);
  return lines.join(' +\n');
};

writeFileSync(new URL('./traditional.ts', import.meta.url), `// Written by stream/duplicates/build-traditional.mjs: common traditional characters and, at the same place, their simplified form.

export const TRADITIONAL =
${literal(traditional)};

export const SIMPLIFIED =
${literal(simplified)};
`);
