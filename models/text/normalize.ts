import { SIMPLIFIED, TRADITIONAL } from '../../core/traditional.ts';

/** Longer texts are read at both ends: most opinions stand at the start, the verdict at the end. UTF-16 units. */
const HEAD_CHARACTERS_MAX = 900;
const TAIL_CHARACTERS_MAX = 300;

/** Marks that mean the same, after NFKC, and Hong Kong's forms of two characters: left is read as right. */
const SAME_CHARACTERS: Record<string, string> = {
  '。': '.', '、': ',', '；': ';', '’': "'", '‘': "'", '“': '"', '”': '"', '「': '"', '」': '"', '『': '"', '』': '"',
  '【': '[', '】': ']', '《': '"', '》': '"', '—': '-', '–': '-', '～': '~', '…': '.', '\u3000': ' ',
  'ʼ': "'", '‐': '-', '衞': '卫', '吿': '告',
};

/**
 * Maps each UTF-16 unit to the one the model reads: lower case, simplified Han, one form of punctuation.
 * Always one unit to one unit, so that places in the folded text are places in the shown text.
 */
export function createFoldTable(): Uint16Array {
  const table = new Uint16Array(65_536);
  for (let code = 0; code < table.length; code++) {
    const lower = String.fromCharCode(code).toLowerCase();
    table[code] = lower.length === 1 ? lower.charCodeAt(0) : code;
  }
  for (let at = 0; at < TRADITIONAL.length; at++) table[TRADITIONAL.charCodeAt(at)] = SIMPLIFIED.charCodeAt(at);
  for (const [from, to] of Object.entries(SAME_CHARACTERS)) table[from.charCodeAt(0)] = to.charCodeAt(0);
  return table;
}

/** The text that is read and shown: both ends of a long text, compatibility forms unified (NFKC). */
export function prepareText(text: string): string {
  const max = HEAD_CHARACTERS_MAX + TAIL_CHARACTERS_MAX;
  const cut = text.length <= max
    ? text
    : `${text.slice(0, HEAD_CHARACTERS_MAX)} ${text.slice(text.length - TAIL_CHARACTERS_MAX)}`;
  const unified = cut.normalize('NFKC');
  // A single code point can unfold to 18 characters; the limit holds for what is read as well.
  return unified.length <= max * 2 ? unified : unified.slice(0, max * 2);
}

/** Folds a whole text to a string, for rules, splits and tests; the tokenizer folds as it reads. */
export function foldText(text: string, table: Uint16Array): string {
  const prepared = prepareText(text);
  const codes = new Array<string>(prepared.length);
  for (let at = 0; at < prepared.length; at++) codes[at] = String.fromCharCode(table[prepared.charCodeAt(at)] ?? 0);
  return codes.join('');
}
