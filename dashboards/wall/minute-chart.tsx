import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { effect } from '@preact/signals';
import uPlot from 'uplot';
import type { Formatter } from '../shared/format.ts';
import { emptyMinutes, fillMinutes } from './minute-series.ts';
import type { MinuteField } from './minute-series.ts';
import type { WallModel } from './wall-model.ts';

/** The top of the scale is never below this, so that a lone complaint does not look like a surge. */
const SCALE_MIN = 4;
/** Of its text's size: below that the axis and the numbers at the side leave no room for a line, and what is drawn runs over its frame. */
const HEIGHT_MIN_EM = 3;

/**
 * One line on a canvas. The columns are allocated once and written in place each second; the chart is made anew only when
 * its box, the screen's pixel ratio or the language changes. Where notices and alerts leave no room there is none: the last
 * minute's number stands above it.
 */
export function MinuteChart({ model, field }: { model: WallModel; field: MinuteField }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const columns = emptyMinutes();
    let plot: uPlot | null = null;
    const build = (): void => {
      plot?.destroy();
      plot = null;
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || height < HEIGHT_MIN_EM * parseFloat(getComputedStyle(element).fontSize)) return;
      plot = new uPlot(plotOptions({ width, height, field, element, format: model.voice.peek().format }), columns, element);
    };
    const observer = new ResizeObserver(build);
    observer.observe(element);
    const stopLanguage = effect(() => {
      model.voice.value;
      build();
    });
    const stopData = effect(() => {
      const { counts } = model.board.value;
      if (counts === null) return;
      fillMinutes(columns, counts, field);
      plot?.setData(columns);
    });
    return () => {
      stopLanguage();
      stopData();
      observer.disconnect();
      plot?.destroy();
    };
  }, [model, field]);
  return <div class="plot" ref={box} aria-hidden="true" />;
}

interface PlotSetting {
  width: number;
  height: number;
  field: MinuteField;
  element: HTMLElement;
  format: Formatter;
}

/** Whether a label of five digits, centred on this time, stays within the chart on its right. */
function fits(plot: uPlot, seconds: number, sizePx: number): boolean {
  const { min, max } = plot.scales['x'] ?? {};
  return min == null || max == null || ((max - seconds) / (max - min)) * plot.width > sizePx * 1.2;
}

function plotOptions({ width, height, field, element, format }: PlotSetting): uPlot.Options {
  const style = getComputedStyle(element);
  // uPlot scales the font for the screen's pixel ratio itself, and reads whole pixels only.
  const sizePx = Math.round(parseFloat(style.fontSize));
  const font = `${sizePx}px ${style.fontFamily}`;
  const line = style.getPropertyValue(`--${field}`).trim();
  const text = style.getPropertyValue('--text-2').trim();
  const grid = { stroke: style.getPropertyValue('--grid').trim(), width: 1 };
  const axis = { stroke: text, font, grid, ticks: { show: false } };
  const width2 = Math.max(2, sizePx / 7);
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [sizePx * 0.6, sizePx * 0.4, 0, 0],
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(SCALE_MIN, (max ?? 0) * 1.08)] } },
    axes: [
      {
        ...axis,
        // The two charts stand on one time axis, written under the lower one.
        size: field === 'complaints' ? sizePx * 1.8 : sizePx * 0.5,
        gap: sizePx * 0.5,
        space: sizePx * 5,
        values: (plot, splits) => splits.map((seconds) => (field === 'complaints' && fits(plot, seconds, sizePx) ? format.hourMinute(seconds * 1000) : '')),
      },
      {
        ...axis,
        size: sizePx * 3.6,
        gap: sizePx * 0.4,
        space: sizePx * 1.4,
        incrs: [1, 2, 5].flatMap((step) => [0, 1, 2, 3, 4, 5, 6].map((power) => step * 10 ** power)).toSorted((a, b) => a - b),
        values: (_plot, splits) => splits.map((value) => format.count(value)),
      },
    ],
    series: [
      {},
      { stroke: line, fill: `${line}33`, width: width2, points: { show: false } },
      { stroke: line, width: width2, dash: [sizePx * 0.3, sizePx * 0.3], points: { show: false } },
    ],
  };
}
