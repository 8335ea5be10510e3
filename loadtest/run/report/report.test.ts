import { expect, it } from 'vitest';
import { judge, told } from '../figures.ts';
import { renderReport } from './report.ts';

const about = { machine: '2 × <fast>', versions: 'v', revision: 'abc', atIso: '2026-01-01T00:00:00Z', loadAverageBefore: 1, texts: 'generator' };
const sample = (atMs: number): { atMs: number; cpuMs: number; residentBytes: number; residentByPart: null; rowsStored: number; itemsCounted: number; lagMs: number; windowBytes: number; duplicatesBytes: number } => ({ atMs, cpuMs: atMs, windowBytes: 0, duplicatesBytes: 0, residentBytes: 1, residentByPart: null, rowsStored: 1, itemsCounted: 1, lagMs: 0 });

it('stands alone: everything it needs is inside, and names are text', async () => {
  const html = await renderReport({
    about, verdicts: [], stages: undefined, samples: [{ title: '</script><b>', samples: [sample(0), sample(500), sample(1_000)] }], markers: [],
    figures: [judge(told('wait <x>', 7, 'ms'), 'at-most', 5), told('rest', 1, 'ms', { ratio: 0.5, peer: 'p' })],
  });
  expect(html).toContain('1 of 1 targets are missed');
  expect(html).toContain('wait &lt;x&gt;');
  expect(html).toContain('2 × &lt;fast&gt;');
  expect(html).not.toContain('</script><b>');
  expect(html).toContain('uPlot=');
  expect(html).not.toMatch(/(?:src|href)="/);
});

it('says of each scenario how it ended, and counts one that broke as missed', async () => {
  const html = await renderReport({
    about, stages: undefined, samples: [], markers: [], figures: [{ ...judge(told('a', 1, 'ms'), 'at-most', 5), scenario: 'flow' }, told('ratio', 3, 'items/s', { scenario: 'peers', ratio: 12, peer: 'hand-written stack (7)' })],
    verdicts: [{ name: 'flow', outcome: 'met', judged: 1, seconds: 3.2, because: [] }, { name: 'spike', outcome: 'broke', judged: 0, seconds: 1, because: ['nobody <answered>'] }],
  });
  expect(html).toContain('1 of 2 targets are missed');
  expect(html).toContain('<td>spike</td><td class="missed">broke · 中断</td>');
  expect(html).toContain('nobody &lt;answered&gt;');
  expect(html).toContain('与对照方案之比');
});
