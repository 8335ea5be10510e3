import { STAGES } from '../../../core/stage.ts';
import { shown, targetShown, type Figure } from '../figures.ts';
import type { StageReport } from '../stages.ts';
import type { Verdict } from '../verdicts.ts';

const OUTCOMES: Record<Verdict['outcome'], string> = { 'met': 'met · 达标', 'missed': 'missed · 未达标', 'broke': 'broke · 中断', 'left-out': 'left out · 未运行', 'unjudged': 'no target · 无指标' };

export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ name, outcome, judged, seconds, because }) => `<tr><td>${escape(name)}</td><td class="${outcome === 'met' ? 'met' : 'missed'}">${OUTCOMES[outcome]}</td><td class="n">${judged}</td>`
    + `<td class="n">${seconds === null ? '' : Math.round(seconds)}</td><td>${because.map(escape).join('<br>')}</td></tr>`);
  return table(['Scenario · 场景', 'Verdict · 结论', '#Targets · 指标数', '#Seconds · 秒', 'Why · 原因'], rows);
}

export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, spread, peer, ratio, met, ...figure }) => `<tr><td>${escape(name)}</td><td class="n">${shown(value)}</td><td>${escape(unit)}</td>`
    + `<td>${spread === undefined ? '' : `${shown(spread.min)} to ${shown(spread.max)}`}</td><td>${ratio === undefined ? '' : `${shown(ratio)} × ${escape(peer ?? '')}`}</td>`
    + `<td class="n">${targetShown(figure)}</td><td class="${met === false ? 'missed' : 'met'}">${met === undefined ? '' : met ? 'met' : 'missed'}</td></tr>`);
  return table(['What · 项目', '#Value · 数值', 'Unit · 单位', 'Spread · 波动', 'Beside · 对照', '#Target · 目标', ''], rows);
}

/** One folded table a scenario, in the order in which they ran. */
export function allFigures(figures: readonly Figure[]): string {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) {
    const name = figure.scenario ?? 'the run · 整体';
    groups.set(name, [...(groups.get(name) ?? []), figure]);
  }
  return [...groups].map(([name, own]) => `<details><summary>${escape(name)} (${own.length})</summary>${figureTable(own)}</details>`).join('\n');
}

/** Medians one behind the other; the 99th percentile of each stretch beside it. */
export function waterfallTable({ waterfall: stretches, items }: StageReport): string {
  if (stretches.length === 0) return '';
  const common = stretches.filter(({ branch }) => branch === 'both').reduce((sum, { ms }) => sum + ms.getValueAtPercentile(50), 0);
  const longest = Math.max(1, common + Math.max(...stretches.map(({ branch, ms }) => (branch === 'both' ? 0 : ms.getValueAtPercentile(50)))));
  let before = 0;
  const rows = stretches.map(({ name, branch, ms }) => {
    const p50 = ms.getValueAtPercentile(50);
    const from = branch === 'both' ? before : common;
    if (branch === 'both') before += p50;
    return `<tr><td>${escape(name)}</td><td style="width:50%"><span style="display:inline-block;width:${(from / longest) * 100}%"></span><span class="bar ${branch}" style="width:${(p50 / longest) * 100}%"></span></td><td class="n">${p50}</td><td class="n">${ms.getValueAtPercentile(95)}</td><td class="n">${ms.getValueAtPercentile(99)}</td><td class="n">${ms.maxValue}</td></tr>`;
  });
  return `<h2>The way of a marker at 2,000 items/s · 延迟瀑布图</h2>${table(['Stretch · 阶段', 'Median, one behind the other · 中位数依次排列', '#p50 ms', '#p95 ms', '#p99 ms', '#max ms'], rows)}
<p class="about">Times that the frames carry, read from the scored log of ${items.toLocaleString('en-US')} items; the last stretch ends where the wall or the receiver saw it. 时间取自消息帧本身。</p>`;
}

/** Of every item of the run. */
export function stageTable({ stages, items }: StageReport): string {
  const rows = STAGES.flatMap((stage): string[] => {
    const ms = stages[stage];
    return ms === undefined ? [] : [`<tr><td>${stage}</td>${[50, 95, 99, 99.9].map((percentile) => `<td class="n">${ms.getValueAtPercentile(percentile).toLocaleString('en-US')}</td>`).join('')}<td class="n">${ms.maxValue.toLocaleString('en-US')}</td></tr>`];
  });
  return rows.length === 0 ? '' : `<h2>Stages, all ${items.toLocaleString('en-US')} items of the run · 各阶段耗时</h2>${table(['Stage · 阶段', '#p50 ms', '#p95 ms', '#p99 ms', '#p99.9 ms', '#max ms'], rows)}
<p class="about">Of all scenarios together, also of those that send more than can be scored. 含超载场景。</p>`;
}

/** A head that begins with `#` is of numbers. */
function table(heads: readonly string[], rows: readonly string[]): string {
  const cells = heads.map((head) => (head.startsWith('#') ? `<th class="n">${head.slice(1)}</th>` : `<th>${head}</th>`));
  return `<table><thead><tr>${cells.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
