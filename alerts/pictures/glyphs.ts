/**
 * Letters for pictures, five dots wide and seven high, a number a row: figures and the few signs that stand beside them, so that a
 * picture needs no font.
 */
const ROWS: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [31, 2, 4, 2, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  ',': [0, 0, 0, 0, 12, 4, 8],
  '-': [0, 0, 0, 31, 0, 0, 0],
  '/': [0, 1, 2, 4, 8, 16, 0],
  ':': [0, 12, 12, 0, 12, 12, 0],
  '.': [0, 0, 0, 0, 0, 12, 12],
  'k': [16, 16, 18, 20, 24, 20, 18],
  'M': [17, 27, 21, 21, 17, 17, 17],
  'B': [30, 17, 17, 30, 17, 17, 30],
  'T': [31, 4, 4, 4, 4, 4, 4],
  '万': [31, 8, 8, 15, 9, 17, 19],
  '亿': [15, 9, 26, 10, 12, 13, 15],
  ' ': [0, 0, 0, 0, 0, 0, 0],
};

export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 7;

/** Seven rows of five bits, the leftmost dot highest; a blank for a sign that is not drawn. */
export function glyphOf(sign: string): readonly number[] {
  return (Object.hasOwn(ROWS, sign) ? ROWS[sign] : undefined) ?? [0, 0, 0, 0, 0, 0, 0];
}
