// Writes the rows that the encoders learn from and give their opinion on, as token ids and targets:
// node models/teacher/export-encoder-rows.mjs DATA_FOLDER TOKENIZER_JSON_ZH TOKENIZER_JSON_EN OUT_FOLDER   (after a build)
// Pieces that stand in OUT_FOLDER/LANGUAGE/pieces.json already are kept as they are, so that an encoder can learn on.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WordPieces, SPECIAL_PIECES } from '../../dist/models/accurate/word-pieces.js';
import { ENCODER_TOKENS } from '../../dist/models/accurate/encoders.js';
import { hashText } from '../../dist/models/training/teacher.js';
import { readEncoderRows, rowsOf } from './encoder-rows.mjs';

const [dataDir, tokenizerZh, tokenizerEn, out] = process.argv.slice(2);
/** Texts a piece must stand in to be kept. */
const TEXTS_MIN = { zh: 3, en: 10 };

const { rows, parts, targets } = readEncoderRows(dataDir);

for (const [language, path] of [['zh', tokenizerZh], ['en', tokenizerEn]]) {
  const folder = join(out, language);
  mkdirSync(folder, { recursive: true });
  const { vocab } = JSON.parse(readFileSync(path, 'utf8')).model;
  const all = Object.entries(vocab).sort((a, b) => a[1] - b[1]).map(([piece]) => piece);
  const options = ENCODER_TOKENS[language];
  const mine = rowsOf(rows, language);
  const piecesPath = join(folder, 'pieces.json');
  const whole = new WordPieces([...SPECIAL_PIECES, ...all.filter((piece) => !SPECIAL_PIECES.includes(piece))], options);
  const texts = new Uint32Array(whole.pieces.length);
  for (const at of existsSync(piecesPath) ? [] : mine) {
    if (parts[at] !== 'train' && parts[at] !== 'unlabelled') continue;
    for (const id of new Set(whole.encode(rows[at].text))) texts[id]++;
  }
  const kept = existsSync(piecesPath) ? JSON.parse(readFileSync(piecesPath, 'utf8')) : whole.pieces.filter((piece, id) => id < SPECIAL_PIECES.length || texts[id] >= TEXTS_MIN[language] || /^(?:##)?[a-z0-9]$/.test(piece));
  const pieces = new WordPieces(kept, options);
  const encoded = mine.map((at) => pieces.encode(rows[at].text));
  const total = encoded.reduce((sum, ids) => sum + ids.length, 0);
  const tokens = new Uint16Array(total);
  const ends = new Uint32Array(mine.length);
  let end = 0;
  encoded.forEach((ids, k) => {
    tokens.set(ids, end);
    end += ids.length;
    ends[k] = end;
  });
  const pick = (values, width, Type) => Type.from({ length: mine.length * width }, (_, k) => values[mine[Math.floor(k / width)] * width + (k % width)]);
  writeFileSync(join(folder, 'tokens.bin'), tokens);
  writeFileSync(join(folder, 'ends.bin'), ends);
  writeFileSync(join(folder, 'targets.bin'), pick(targets.values, 31, Float32Array));
  writeFileSync(join(folder, 'weights.bin'), pick(targets.weights, 6, Float32Array));
  writeFileSync(join(folder, 'pairs.bin'), pick(targets.pairs, 1, Uint8Array));
  writeFileSync(join(folder, 'hashes.bin'), Uint32Array.from(mine, (at) => hashText(rows[at].text)));
  writeFileSync(join(folder, 'rows.json'), JSON.stringify(mine.map((at) => [rows[at].source, parts[at], rows[at].sentiment, rows[at].stars, rows[at].implicit === true ? 1 : 0])));
  writeFileSync(piecesPath, JSON.stringify(kept));
  writeFileSync(join(folder, 'ids.json'), JSON.stringify(kept.map((piece) => vocab[piece])));
  console.log(`${language}: ${mine.length} rows, ${total} tokens, ${kept.length} of ${all.length} pieces`);
}
