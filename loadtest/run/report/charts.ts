/**
 * What draws the charts in the page: runs in the browser, behind uPlot, with `DATA` before it. One row of charts a scenario: what was
 * counted and stored, how old the newest counted entry was, cores, and memory by process; then the markers, over time and by percentile.
 */
export const CHART_SCRIPT = `
const host=document.getElementById('charts');
const COLOURS=['#2f6fdb','#c2571a','#1a8f6b'];
// Rows are inserted once a second: over less than two seconds a rate would show nothing else.
const OVER=4;
function chart(box,title,x,series,unit,xUnit){const el=document.createElement('div');box.append(el);
const width=Math.max(300,Math.min(560,(host.clientWidth-16)/2));
new uPlot({title,width,height:210,scales:{x:{time:false}},axes:[{values:(u,v)=>v.map(s=>s+(xUnit||' s'))},{label:unit,size:74,values:(u,v)=>v.map(n=>n.toLocaleString('en-US'))}],
series:[{label:xUnit?'percentile':'second',value:(u,v)=>v===null?'':v.toFixed(1)},...series.map((s,i)=>({label:s.label,stroke:COLOURS[i],width:2,value:(u,v)=>v===null||v===undefined?'':(Math.abs(v)>=100?Math.round(v).toLocaleString('en-US'):v.toFixed(2)),points:{show:s.points===true},paths:s.points===true?()=>null:undefined}))]},[x,...series.map(s=>s.values)],el)}
function row(title){const section=document.createElement('section');const head=document.createElement('h3');head.textContent=title;const box=document.createElement('div');box.className='charts';section.append(head,box);host.append(section);return box}
for(const {title,samples} of DATA.samples){if(samples.length<=OVER+1)continue;const box=row(title);const t0=samples[0].atMs;const at=samples.slice(OVER);const x=at.map(s=>(s.atMs-t0)/1000);
const rate=k=>at.map((s,i)=>(s[k]-samples[i][k])/((s.atMs-samples[i].atMs)/1000));
chart(box,'items a second · 每秒条数',x,[{label:'counted 已计数',values:rate('itemsCounted')},{label:'stored 已入库',values:rate('rowsStored')}],'items/s');
chart(box,'lag of the counter · 计数延迟',x,[{label:'lag 延迟',values:at.map(s=>s.lagMs)}],'ms');
if(samples[0].cpuMs!==null)chart(box,'processors of the server · 服务占用的处理器',x,[{label:'cores 核',values:rate('cpuMs').map(v=>v<0?null:v/1000)}],'cores');
if(samples[0].residentByPart!==null){const mb=p=>at.map(s=>s.residentByPart===null?null:s.residentByPart[p]/1e6);chart(box,'memory by process · 各进程内存',x,[{label:'server 服务',values:mb('server')},{label:'ClickHouse',values:mb('engine')},{label:'nats-server',values:mb('nats')}],'MB')}}
for(const {title,points} of DATA.markers){if(points.length===0)continue;const box=row(title+': markers · 标记');const t0=points[0].atMs;
chart(box,'from due to seen · 从应发到看见',points.map(p=>(p.atMs-t0)/1000),[{label:'webhook',values:points.map(p=>p.webhookMs),points:true},{label:'wall 大屏',values:points.map(p=>p.wallMs),points:true}],'ms');
const percent=Array.from({length:100},(_,i)=>i+.5);const of=k=>{const v=points.map(p=>p[k]).filter(n=>n!==null).sort((a,b)=>a-b);return percent.map(p=>v.length===0?null:v[Math.min(v.length-1,Math.floor(v.length*p/100))])};
chart(box,'the same by percentile · 按百分位',percent,[{label:'webhook',values:of('webhookMs')},{label:'wall 大屏',values:of('wallMs')}],'ms',' %')}`;

export const STYLE = `
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#1b2430;background:#fff}
h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2.2rem 0 .5rem}h3{font-size:1rem;margin:1.2rem 0 .3rem;color:#3b4654}table{border-collapse:collapse;width:100%}
th{font-weight:600;font-size:.85rem;color:#3b4654}th,td{text-align:left;padding:.28rem .6rem;border-bottom:1px solid #e3e8ee;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.met{color:#0a6b3d}.missed{color:#b3261e;font-weight:700}.verdict{font-size:1.15rem;margin:.6rem 0 0}.about{color:#5a6675;font-size:.9rem}
.bar{height:1.1rem;background:#2f6fdb;display:inline-block;min-width:2px;vertical-align:middle}.bar.webhook{background:#c2571a}.bar.wall{background:#1a8f6b}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,31rem),1fr));gap:.6rem}details summary{cursor:pointer;padding:.3rem 0;font-weight:600}.u-title{font-size:.85rem}
@media print{details{display:block}}`;
