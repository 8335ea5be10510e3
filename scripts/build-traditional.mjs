// Writes, from opencc-js, the tables of traditional characters, so that serving needs a table look-up and no converter:
// node scripts/build-traditional.mjs
import { writeFileSync } from 'node:fs';
import { Converter } from 'opencc-js';

const LAST_HAN = 0x9fff;
const CHARACTERS_PER_LINE = 64;

const simplify = Converter({ from: 't', to: 'cn' });

/** The 3,755 common characters of GB 2312 level 1. */
const decoder = new TextDecoder('gb18030');
const common = new Set();
for (let row = 0xb0; row <= 0xd7; row++) {
  for (let cell = 0xa1; cell <= 0xfe; cell++) common.add(decoder.decode(new Uint8Array([row, cell])));
}

write('core/traditional.ts', 'each traditional character and, at the same place, its simplified form', 0x3400, (to) => to.length === 1 && to.charCodeAt(0) >= 0x3400);
// The sketches of stored texts were made with this one: it stays as it is.
write('stream/duplicates/traditional.ts', 'common traditional characters and, at the same place, their simplified form', 0x4e00, (to) => common.has(to));

function write(file, what, firstHan, isTaken) {
  let traditional = '';
  let simplified = '';
  for (let code = firstHan; code <= LAST_HAN; code++) {
    const from = String.fromCharCode(code);
    const to = simplify(from);
    if (to === from || !isTaken(to)) continue;
    traditional += from;
    simplified += to;
  }
  writeFileSync(new URL(`../${file}`, import.meta.url), `// Written by scripts/build-traditional.mjs: ${what}.

export const TRADITIONAL =
${literal(traditional)};

export const SIMPLIFIED =
${literal(simplified)};
`);
}

function literal(text) {
  const lines = [];
  for (let at = 0; at < text.length; at += CHARACTERS_PER_LINE) lines.push(`  '${text.slice(at, at + CHARACTERS_PER_LINE)}'`);
  return lines.join(' +\n');
}
