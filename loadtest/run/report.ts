import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { missed, shown, type Figure } from './figures.ts';
import type { About } from './machine.ts';
import type { Sample } from './sampler.ts';
import type { StageReport } from './stages.ts';
import type { Verdict } from './verdicts.ts';

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
  const misses = missed(data.figures).length;
  const judged = data.figures.filter(({ met }) => met !== undefined).length;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tocsin load test</title><meta name="viewport" content="width=device-width">
<style>${style}
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#1b2430;background:#fff}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .5rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.28rem .6rem;border-bottom:1px solid #e3e8ee}td.n{text-align:right;font-variant-numeric:tabular-nums}
.met{color:#0a6b3d}.missed{color:#b3261e;font-weight:700}.verdict{font-size:1.1rem;margin:.6rem 0 0}.about{color:#5a6675}
.bar{height:1.1rem;background:#2f6fdb;display:inline-block;min-width:2px;vertical-align:middle}.bar.webhook{background:#c2571a}.bar.wall{background:#1a8f6b}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(34rem,1fr));gap:1rem}
</style></head><body>
<h1>Tocsin load test · 压测报告</h1>
<p class="verdict ${misses === 0 ? 'met' : 'missed'}">${misses === 0 ? `All ${judged} targets are met · ${judged} 项指标全部达标` : `${misses} of ${judged} targets are missed · ${judged} 项指标中 ${misses} 项未达标`}</p>
<p class="about">${[data.about.atIso, data.about.revision, data.about.versions, data.about.machine, `load average before: ${shown(data.about.loadAverageBefore)}`, `texts: ${data.about.texts}`].map(escape).join('<br>')}</p>
<h2>Targets · 指标</h2>${table(data.figures.filter(({ met }) => met !== undefined))}
${data.stages === undefined ? '' : waterfall(data.stages)}
<h2>Over time · 时间序列</h2><div class="charts" id="charts"></div>
<h2>All figures · 全部数据</h2>${table(data.figures)}
<script>${script}</script>
<script>const DATA=${JSON.stringify({ samples: data.samples, markers: data.markers }).replaceAll('<', '\\u003c')};${CHARTS}</script>
</body></html>
`;
}

function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, spread, peer, ratio, target, met }) => `<tr><td>${escape(name)}</td><td class="n">${shown(value)}</td><td>${escape(unit)}</td>`
    + `<td>${spread === undefined ? '' : `${shown(spread.min)} to ${shown(spread.max)}`}</td><td>${ratio === undefined ? '' : `${shown(ratio)} × ${escape(peer ?? '')}`}</td>`
    + `<td class="n">${target === undefined ? '' : shown(target)}</td><td class="${met === false ? 'missed' : 'met'}">${met === undefined ? '' : met ? 'met' : 'missed'}</td></tr>`);
  return `<table><thead><tr><th>What</th><th>Value</th><th>Unit</th><th>Spread</th><th>Beside</th><th>Target</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Medians one behind the other; the 99th percentile of each stretch beside it. */
function waterfall({ waterfall: stretches, items }: StageReport): string {
  if (stretches.length === 0) return '';
  const common = stretches.filter(({ branch }) => branch === 'both').reduce((sum, { ms }) => sum + ms.getValueAtPercentile(50), 0);
  const longest = Math.max(1, common + Math.max(...stretches.map(({ branch, ms }) => (branch === 'both' ? 0 : ms.getValueAtPercentile(50)))));
  let before = 0;
  const rows = stretches.map(({ name, branch, ms }) => {
    const p50 = ms.getValueAtPercentile(50);
    const from = branch === 'both' ? before : common;
    if (branch === 'both') before += p50;
    return `<tr><td>${escape(name)}</td><td style="width:55%"><span style="display:inline-block;width:${(from / longest) * 100}%"></span><span class="bar ${branch}" style="width:${(p50 / longest) * 100}%"></span></td><td class="n">${p50}</td><td class="n">${ms.getValueAtPercentile(99)}</td><td class="n">${ms.maxValue}</td></tr>`;
  });
  return `<h2>The way of a marker at 2,000 items/s · 延迟瀑布图</h2><table><thead><tr><th>Stretch</th><th>Median, one behind the other</th><th>p50 ms</th><th>p99 ms</th><th>max ms</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<p class="about">Times that the frames carry, read from the scored log of ${items.toLocaleString('en-US')} items; the last stretch ends where the wall or the receiver saw it.</p>`;
}

const CHARTS = `
const host=document.getElementById('charts');
function chart(title,x,series,unit){const el=document.createElement('div');host.append(el);
new uPlot({title,width:Math.min(620,host.clientWidth),height:240,scales:{x:{time:false}},axes:[{values:(u,v)=>v.map(s=>s+' s')},{label:unit,size:70}],series:[{},...series.map((s,i)=>({label:s.label,stroke:['#2f6fdb','#c2571a','#1a8f6b'][i],width:2,points:{show:s.points===true},paths:s.points===true?()=>null:undefined}))]},[x,...series.map(s=>s.values)],el)}
for(const {title,samples} of DATA.samples){if(samples.length<3)continue;const t0=samples[0].atMs;const x=samples.slice(1).map(s=>(s.atMs-t0)/1000);
const rate=k=>samples.slice(1).map((s,i)=>(s[k]-samples[i][k])/((s.atMs-samples[i].atMs)/1000));
chart(title+': items/s',x,[{label:'counted',values:rate('itemsCounted')},{label:'stored',values:rate('rowsStored')}],'items/s');
chart(title+': cores and GB',x,[{label:'cores',values:samples[0].cpuMs===null?x.map(()=>null):rate('cpuMs').map(v=>v/1000)},{label:'memory, GB',values:samples.slice(1).map(s=>s.residentBytes===null?null:s.residentBytes/1e9)}],'')}
for(const {title,points} of DATA.markers){if(points.length===0)continue;const t0=points[0].atMs;chart(title+': markers, ms from due to seen',points.map(p=>(p.atMs-t0)/1000),[{label:'webhook',values:points.map(p=>p.webhookMs),points:true},{label:'wall',values:points.map(p=>p.wallMs),points:true}],'ms')}`;

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
