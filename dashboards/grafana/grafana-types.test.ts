import { beforeAll, describe, expect, it } from 'vitest';
import { renderFiles } from './render-files.ts';
import { complaintsAgainst, GRAFANA_MAJORS } from './testing/board-types.ts';

/** A compiler run takes a second on a machine of its own. */
const COMPILE_MS_MAX = 300_000;

const boards = new Map([...renderFiles()].filter(([name]) => name.includes('/')).map(([name, content]) => [name.replace('.json', ''), JSON.parse(content) as Record<string, unknown>]));
const [live] = [boards.get('zh/live')!];
const panels = live['panels'] as Record<string, unknown>[];
const changed = (type: string, change: object): Record<string, unknown> => ({ ...live, panels: panels.map((panel) => (panel['type'] === type ? { ...panel, ...change } : panel)) });

const wrong = new Map<string, unknown>([
  ['tooltip', { ...live, graphTooltip: 7 }],
  ['field', { ...live, reloads: '30s' }],
  ['option', changed('stat', { options: { colourMode: 'value' } })],
  ['legend', changed('timeseries', { options: { legend: { showLegend: true, placement: 'left', displayMode: 'list', calcs: [] } } })],
  ['query', changed('bargauge', { targets: [{ refId: 'A', sql: 'SELECT 1' }] })],
  ['panel', changed('table', { type: 'grid' })],
]);

describe.each(GRAFANA_MAJORS)('the boards beside the types of Grafana %i', (major) => {
  let complaints = '';
  beforeAll(() => {
    complaints = complaintsAgainst(major, new Map([...boards, ...wrong]));
  }, COMPILE_MS_MAX);

  it('fit, each field of them known', () => {
    expect(boards.size).toBeGreaterThanOrEqual(14);
    // A complaint's own lines after the first are indented.
    const others = complaints.split('\n').filter((line) => /^\S/.test(line) && ![...wrong.keys()].some((name) => line.includes(`/${name}.ts(`)));
    expect(others).toEqual([]);
  });

  it('would be refused with a field, a value or a query that Grafana does not know', () => {
    for (const name of wrong.keys()) expect(complaints, name).toContain(`/${name}.ts(`);
  });
});
