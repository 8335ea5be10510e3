import type { PageLanguage } from '../notify/summarize.ts';

/** Largest first: what a number is divided by, and the sign that stands for it. */
const UNITS: Record<PageLanguage, readonly (readonly [size: number, sign: string])[]> = {
  zh: [[1e16, '亿亿'], [1e12, '万亿'], [1e8, '亿'], [1e4, '万']],
  en: [[1e15, 'kT'], [1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k']],
};
/** Figures that are said of a large number; it is cut, never rounded up past what is there. */
const FIGURES = 3;
/** Up to here a number is written out: `99,999`. */
const WRITTEN_OUT_MAX = 99_999;

/** A count for a picture, at most six signs wide in either language: `12,345`, `123万`, `1.23B`. Pure. */
export function pictureNumber(value: number, language: PageLanguage): string {
  if (value <= WRITTEN_OUT_MAX) return value.toLocaleString('en-US');
  const [size, sign] = UNITS[language].find(([from]) => value >= from) ?? [1, ''];
  const inUnits = value / size;
  const places = Math.max(0, FIGURES - String(Math.floor(inUnits)).length);
  return `${Number((Math.floor(inUnits * 10 ** places) / 10 ** places).toFixed(places))}${sign}`;
}
