import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf } from './glyphs.ts';

/** Dots between two letters, in the size of a letter's own dots. */
const LETTER_GAP = 1;

/** Pixels of a picture, each the number of a colour. What lies outside is not drawn. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  /** `[height, width] uint8`, row by row. */
  readonly pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height);
  }

  /** Of `[x, x + width) × [y, y + height)`, after rounding. */
  fill({ x, y, width, height }: { x: number; y: number; width: number; height: number }, colour: number): void {
    const [left, right] = [clamped(Math.round(x), this.width), clamped(Math.round(x + width), this.width)];
    const [top, bottom] = [clamped(Math.round(y), this.height), clamped(Math.round(y + height), this.height)];
    for (let row = top; row < bottom; row++) this.pixels.fill(colour, row * this.width + left, row * this.width + right);
  }

  /** Of signs that are `scale` pixels a dot; gives back how wide it is. */
  text(text: string, { x, y, scale, colour }: { x: number; y: number; scale: number; colour: number }): number {
    let at = x;
    for (const sign of text) {
      glyphOf(sign).forEach((bits, row) => {
        for (let dot = 0; dot < GLYPH_WIDTH; dot++) {
          if ((bits & (1 << (GLYPH_WIDTH - 1 - dot))) !== 0) this.fill({ x: at + dot * scale, y: y + row * scale, width: scale, height: scale }, colour);
        }
      });
      at += (GLYPH_WIDTH + LETTER_GAP) * scale;
    }
    return at - x;
  }
}

/** In pixels. */
export function textWidth(text: string, scale: number): number {
  return Math.max(0, [...text].length * (GLYPH_WIDTH + LETTER_GAP) - LETTER_GAP) * scale;
}

export function textHeight(scale: number): number {
  return GLYPH_HEIGHT * scale;
}

function clamped(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
