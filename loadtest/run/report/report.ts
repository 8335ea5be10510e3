import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { missed, shown, type Figure } from '../figures.ts';
import type { About } from '../machine.ts';
import type { Sample } from '../sampler.ts';
import type { StageReport } from '../stages.ts';
import { failedOtherwise, type Verdict } from '../verdicts.ts';
import { CHART_SCRIPT, STYLE } from './charts.ts';
import { allFigures, escape, figureTable, stageTable, verdictTable, waterfallTable } from './tables.ts';

export interface ReportData {
  about: About;
  figures: readonly Figure[];
  /** Of each scenario. */
  verdicts: readonly Verdict[];
  samples: readonly { title: string; samples: readonly Sample[] }[];
  /** Latency over time of each marker that was seen, in milliseconds. */
  markers: readonly { title: string; points: readonly { atMs: number; webhookMs: number | null; wallMs: number | null }[] }[];
  stages: StageReport | undefined;
}

/** One HTML file that needs nothing else: styles, data and the chart library stand inside. */
export async function renderReport(data: ReportData): Promise<string> {
  // Everything is in dist/ of the package; the main entry names the folder.
  const uplot = join(dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');
  const [script, style] = await Promise.all([readFile(join(uplot, 'uPlot.iife.min.js'), 'utf8'), readFile(join(uplot, 'uPlot.min.css'), 'utf8')]);
  const misses = missed(data.figures).length + failedOtherwise(data.verdicts).length;
  const judged = data.figures.filter(({ met }) => met !== undefined).length + failedOtherwise(data.verdicts).length;
  const peers = data.figures.filter(({ scenario, ratio }) => scenario === 'peers' && ratio !== undefined);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tocsin load test · 压测报告</title><meta name="viewport" content="width=device-width">
<style>${style}${STYLE}</style></head><body>
<h1>Tocsin load test · 压测报告</h1>
<p class="verdict ${misses === 0 ? 'met' : 'missed'}">${misses === 0 ? `All ${judged} targets are met · ${judged} 项指标全部达标` : `${misses} of ${judged} targets are missed · ${judged} 项指标中 ${misses} 项未达标`}</p>
<p class="about">${[data.about.atIso, data.about.revision, data.about.versions, data.about.machine, `load average before: ${shown(data.about.loadAverageBefore)}`, `texts: ${data.about.texts}`].map(escape).join('<br>')}</p>
<h2>Scenarios · 场景</h2>${verdictTable(data.verdicts)}
${peers.length === 0 ? '' : `<h2>Beside peers · 与对照方案之比</h2>${figureTable(peers)}`}
${data.stages === undefined ? '' : waterfallTable(data.stages) + stageTable(data.stages)}
<h2>Over time · 时间序列</h2><div id="charts"></div>
<h2>Targets · 指标</h2>${figureTable(data.figures.filter(({ met }) => met !== undefined))}
<h2>All figures · 全部数据</h2>${allFigures(data.figures)}
<script>${script}</script>
<script>const DATA=${JSON.stringify({ samples: data.samples, markers: data.markers }).replaceAll('<', '\\u003c')};${CHART_SCRIPT}</script>
</body></html>
`;
}
