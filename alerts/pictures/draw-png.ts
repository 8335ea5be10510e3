import { encodePng } from './encode-png.ts';
import { drawSlope, paletteOf } from './slope-picture.ts';
import type { SlopePicture } from './slope-picture.ts';

/** Pictures kept: those of the pages that are under way. */
const KEPT_MAX = 64;
const kept = new Map<string, Buffer>();

/** A picture as a PNG of a few kilobytes. The same page over several channels is drawn once. */
export function drawPng(picture: SlopePicture): Buffer {
  const key = JSON.stringify(picture);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const png = encodePng(drawSlope(picture), paletteOf(picture.tone));
  kept.set(key, png);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  return png;
}
