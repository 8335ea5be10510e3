import type { CardTone } from '../cards/card-tone.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import { Canvas, textHeight, textWidth } from './canvas.ts';
import { pictureNumber } from './picture-number.ts';

/** How items came, as a picture needs it. */
export interface SlopePicture {
  tone: CardTone;
  /** In which large numbers are shortened: 万 and 亿, or k, M and B. */
  language: PageLanguage;
  /** Items in each part of the window, oldest first; at least one part. */
  counts: number[];
  /** Items of the window that came before those of `counts`, or lie in it unseen: the line begins there. */
  before: number;
  /** The count that fires; null where the rule counts something else than items. */
  fireAt: number | null;
  /** Both ends of the window, as they are to be read. */
  from: string;
  to: string;
}

export const PICTURE_WIDTH = 800;
export const PICTURE_HEIGHT = 360;

/** Colours of the palette; a canvas begins as paper, which is 0. */
const RULE_LINE = 1;
const INK = 2;
const FAINT = 3;
const LINE = 4;
const AREA = 5;
const BAR = 6;

const TONES: Record<CardTone, readonly [line: string, area: string, bar: string]> = {
  critical: ['#d6293e', '#fbe3e6', '#ea8b97'],
  warning: ['#d97706', '#fdefd9', '#f0b878'],
  notice: ['#2563eb', '#e1eafd', '#8eaff4'],
  resolved: ['#15803d', '#dcf1e3', '#86c39c'],
};

/** Colours by number. */
export function paletteOf(tone: CardTone): readonly string[] {
  return ['#ffffff', '#d1d5db', '#111827', '#6b7280', ...TONES[tone]];
}

const LEFT = 24;
const RIGHT = 150;
/** Of the line, and of the bars under it. */
const TOP = { from: 28, to: 220 };
const BARS = { from: 244, to: 306 };
const SMALL = 2;
const LARGE = 4;
const LABEL_GAP = 12;
const HEADROOM = 1.12;
const LINE_WIDTH = 4;
const DASH = 12;

/** The count of the window as it grew, against what fires, and under it the items of each part. Labels are figures alone, and stay inside for any count. Pure. */
export function drawSlope({ language, counts, before, fireAt, from, to }: SlopePicture): Canvas {
  const canvas = new Canvas(PICTURE_WIDTH, PICTURE_HEIGHT);
  const plotRight = PICTURE_WIDTH - RIGHT;
  const width = plotRight - LEFT;
  const sums = counts.reduce<number[]>((grown, count) => [...grown, (grown.at(-1) ?? 0) + count], [before]);
  const total = sums.at(-1) ?? 0;
  const most = Math.max(1, total, fireAt ?? 0) * HEADROOM;
  const yOf = (value: number): number => Math.round(TOP.to - (value / most) * (TOP.to - TOP.from));

  for (let x = 0; x < width; x++) {
    const at = (x / (width - 1)) * counts.length;
    const part = Math.min(counts.length - 1, Math.floor(at));
    const [low, high] = [sums[part] ?? 0, sums[part + 1] ?? 0];
    const y = yOf(low + (high - low) * (at - part));
    canvas.fill({ x: LEFT + x, y, width: 1, height: TOP.to - y }, AREA);
  }
  if (fireAt !== null) {
    for (let x = LEFT; x < plotRight; x += DASH * 1.5) canvas.fill({ x, y: yOf(fireAt) - 1, width: Math.min(DASH, plotRight - x), height: 2 }, INK);
  }
  drawLine(canvas, sums.map((value, index) => ({ x: LEFT + (index / counts.length) * (width - 1), y: yOf(value) })));
  canvas.fill({ x: plotRight - 6, y: yOf(total) - 6, width: 12, height: 12 }, LINE);
  canvas.fill({ x: LEFT, y: TOP.to, width, height: 2 }, RULE_LINE);

  const figures = (value: number): string => pictureNumber(value, language);
  drawBars(canvas, counts, { width, figures });
  drawLabels(canvas, { total, fireAt, yOf, plotRight, figures });
  const y = BARS.to + LABEL_GAP;
  canvas.text(from, { x: LEFT, y, scale: SMALL, colour: FAINT });
  canvas.text(to, { x: plotRight - textWidth(to, SMALL), y, scale: SMALL, colour: FAINT });
  return canvas;
}

function drawLine(canvas: Canvas, points: readonly { x: number; y: number }[]): void {
  for (const [index, end] of points.entries()) {
    const start = points[index - 1];
    if (start === undefined) continue;
    let lastY = start.y;
    for (let x = Math.round(start.x); x <= Math.round(end.x); x++) {
      const y = start.y + ((end.y - start.y) * (x - start.x)) / Math.max(1, end.x - start.x);
      canvas.fill({ x: x - LINE_WIDTH / 2, y: Math.min(y, lastY) - LINE_WIDTH / 2, width: LINE_WIDTH, height: Math.abs(y - lastY) + LINE_WIDTH }, LINE);
      lastY = y;
    }
  }
}

function drawBars(canvas: Canvas, counts: readonly number[], { width, figures }: { width: number; figures: Figures }): void {
  const most = Math.max(1, ...counts);
  const step = width / counts.length;
  counts.forEach((count, index) => {
    // One item is seen.
    const height = count === 0 ? 0 : Math.max(3, (count / most) * (BARS.to - BARS.from));
    canvas.fill({ x: LEFT + index * step + step * 0.12, y: BARS.to - height, width: step * 0.76, height }, index === counts.length - 1 ? LINE : BAR);
  });
  canvas.fill({ x: LEFT, y: BARS.to, width, height: 2 }, RULE_LINE);
  const largest = Math.max(...counts);
  canvas.text(figures(largest), { x: LEFT + width + LABEL_GAP, y: BARS.from, scale: SMALL, colour: FAINT });
}

/** The count in large figures at the end of the line, what fires beside its dashes, and neither over the other. */
function drawLabels(canvas: Canvas, { total, fireAt, yOf, plotRight, figures }: { total: number; fireAt: number | null; yOf(value: number): number; plotRight: number; figures: Figures }): void {
  const x = plotRight + LABEL_GAP;
  const large = textHeight(LARGE);
  const small = textHeight(SMALL);
  const totalY = Math.min(TOP.to - large, Math.max(0, yOf(total) - large / 2));
  const fits = (text: string, scale: number): boolean => textWidth(text, scale) <= RIGHT - LABEL_GAP * 2;
  const totalScale = [LARGE, SMALL + 1].find((scale) => fits(figures(total), scale)) ?? SMALL;
  canvas.text(figures(total), { x, y: totalY, scale: totalScale, colour: LINE });
  if (fireAt === null) return;
  const wanted = yOf(fireAt) - small / 2;
  const isClear = wanted + small < totalY - 6 || wanted > totalY + large + 6;
  const below = totalY + large + 8;
  const y = isClear ? wanted : wanted < totalY && totalY - small - 8 >= 0 ? totalY - small - 8 : below;
  canvas.text(`/ ${figures(fireAt)}`, { x, y, scale: SMALL, colour: INK });
}

type Figures = (value: number) => string;
