import type { WordPieceOptions } from './word-pieces.ts';

/** The accurate model holds one encoder a language: Chinese (and all that is neither), English. */
export type EncoderLanguage = 'zh' | 'en';

/** The encoders are asked where the n-gram model gives its likeliest sentiment less than this; above 1: always. */
export const ASK_BELOW = 0.9;

/** How texts are cut for each encoder; training and serving must agree. */
export const ENCODER_TOKENS: Record<EncoderLanguage, WordPieceOptions> = {
  zh: { tokensMax: 96, tailTokens: 32, wideMarks: true },
  en: { tokensMax: 96, tailTokens: 32, wideMarks: false },
};
