import { describe, expect, it } from 'vitest';
import { renderFiles } from './render-files.ts';
import { complaintsAgainst, GRAFANA_MAJORS } from './testing/board-types.ts';

/** A compiler run takes a second on a machine of its own. */
const COMPILE_MS_MAX = 300_000;

const boards = new Map([...renderFiles()].filter(([name]) => name.includes('/')).map(([name, content]) => [name.replace('.json', ''), JSON.parse(content) as Record<string, unknown>]));
const [live] = [boards.get('zh/live')!];
const panels = live['panels'] as Record<string, unknown>[];
const changed = (type: string, change: object): Record<string, unknown> => ({ ...live, panels: panels.map((panel) => (panel['type'] === type ? { ...panel, ...change } : panel)) });

describe.each(GRAFANA_MAJORS)('the boards beside the types of Grafana %i', (major) => {
  it('fit, each field of them known', { timeout: COMPILE_MS_MAX }, () => {
    expect(boards.size).toBeGreaterThanOrEqual(14);
    expect(complaintsAgainst(major, boards)).toBe('');
  });

  it('would be refused with a field, a value or a query that Grafana does not know', { timeout: COMPILE_MS_MAX }, () => {
    const wrong = new Map<string, unknown>([
      ['tooltip', { ...live, graphTooltip: 7 }],
      ['field', { ...live, reloads: '30s' }],
      ['option', changed('stat', { options: { colourMode: 'value' } })],
      ['legend', changed('timeseries', { options: { legend: { showLegend: true, placement: 'left', displayMode: 'list', calcs: [] } } })],
      ['query', changed('bargauge', { targets: [{ refId: 'A', sql: 'SELECT 1' }] })],
      ['panel', changed('table', { type: 'grid' })],
    ]);
    const complaints = complaintsAgainst(major, wrong);
    for (const name of wrong.keys()) expect(complaints, name).toContain(`${name}.ts(`);
  });
});
