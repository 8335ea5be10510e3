import { createFoldTable, foldText } from '../text/normalize.ts';
import { EMOJI_WORDS } from '../text/emoji-words.ts';

/** Pieces that every vocabulary begins with, in this order. */
export const SPECIAL_PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] as const;
const UNKNOWN = 1;
const BEGIN = 2;
const END = 3;

/** Longer words are one unknown piece, as where the encoders were trained first. */
const WORD_CHARACTERS_MAX = 60;

/** Texts are folded to one form of punctuation; the Chinese encoder knows the wide one. */
const WIDE: Record<string, string> = { ',': '，', '.': '。', '!': '！', '?': '？', ':': '：', ';': '；' };

const HAN = /\p{Script=Han}/u;
const MARK = /[\p{P}\p{S}]/u;
const SPACE = /[\s\p{C}]/u;
const ACCENTS = /\p{M}/gu;

export interface WordPieceOptions {
  /** Tokens of one text, with its begin and its end. */
  tokensMax: number;
  /** Of them at the end of a text that is too long. */
  tailTokens: number;
  wideMarks: boolean;
}

/** Splits texts into the word pieces of one encoder: Han characters and marks alone, words by longest match. */
export class WordPieces {
  readonly pieces: readonly string[];
  readonly #ids: Map<string, number>;
  readonly #options: WordPieceOptions;
  readonly #fold = createFoldTable();

  constructor(pieces: readonly string[], options: WordPieceOptions) {
    this.pieces = pieces;
    this.#ids = new Map(pieces.map((piece, at) => [piece, at]));
    this.#options = options;
  }

  /** Ids of one text, at most `tokensMax`, beginning with [CLS] and ending with [SEP]; any text gives an answer. */
  encode(text: string): number[] {
    const { tokensMax, tailTokens } = this.#options;
    const ids: number[] = [];
    for (const word of this.#words(text)) this.#pushWord(word, ids);
    const room = tokensMax - 2;
    const kept = ids.length <= room ? ids : [...ids.slice(0, room - tailTokens), ...ids.slice(ids.length - tailTokens)];
    return [BEGIN, ...kept, END];
  }

  #words(text: string): string[] {
    const words: string[] = [];
    let word = '';
    const close = (): void => {
      if (word !== '') words.push(word);
      word = '';
    };
    for (const each of foldText(text, this.#fold).normalize('NFD').replace(ACCENTS, '')) {
      const emoji = EMOJI_WORDS[each];
      if (emoji !== undefined) {
        close();
        words.push(...(this.#options.wideMarks ? Array.from(emoji.zh) : emoji.en.split(' ')));
      } else if (SPACE.test(each)) {
        close();
      } else if (HAN.test(each) || MARK.test(each)) {
        close();
        words.push(this.#options.wideMarks ? WIDE[each] ?? each : each);
      } else {
        word += each;
      }
    }
    close();
    return words;
  }

  #pushWord(word: string, ids: number[]): void {
    const whole = this.#ids.get(word);
    if (whole !== undefined) {
      ids.push(whole);
      return;
    }
    const start = ids.length;
    if (word.length > WORD_CHARACTERS_MAX) {
      ids.push(UNKNOWN);
      return;
    }
    for (let from = 0; from < word.length;) {
      let to = word.length;
      let id: number | undefined;
      for (; to > from; to--) {
        id = this.#ids.get(from === 0 ? word.slice(0, to) : `##${word.slice(from, to)}`);
        if (id !== undefined) break;
      }
      if (id === undefined) {
        ids.length = start;
        ids.push(UNKNOWN);
        return;
      }
      ids.push(id);
      from = to;
    }
  }
}
