import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { alertAnnotation } from '../queries/annotations.ts';
import { BOARDS } from '../queries/boards.ts';
import { PANEL_LANGUAGES } from '../queries/panel.ts';
import { renderFiles } from './render-files.ts';

const JSON_FOLDER = fileURLToPath(new URL('./json/', import.meta.url));
const rendered = renderFiles();
const written = new Map(
  readdirSync(JSON_FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file.slice(JSON_FOLDER.length), readFileSync(file, 'utf8')]),
);
const boards = PANEL_LANGUAGES.flatMap((language) => BOARDS.map(({ id }) => `${language}/${id}`));
const dashboards = new Map(boards.map((name) => [name, JSON.parse(rendered.get(`${name}.json`) ?? '{}') as Dashboard]));
/** Without the rows, which only hold a title. */
const panelsOf = (dashboard: Dashboard): Panel[] => (dashboard.panels ?? []).filter((panel): panel is Panel => panel.type !== 'row');

interface Target {
  rawSql: string;
  datasource: { type: string; uid: string };
}
const targetOf = (panel: Panel): Target => (panel.targets as unknown as Target[])[0]!;

describe('the boards', () => {
  it('are the files that their source makes: `npm run boards` writes them', () => {
    expect([...written.keys()].sort()).toEqual([...rendered.keys()].sort());
    for (const [name, content] of rendered) expect(written.get(name), name).toBe(content);
  });

  it('have identities that no other board has and that fit Grafana', () => {
    const uids = [...dashboards.values()].map(({ uid }) => uid!);
    expect(new Set(uids).size).toBe(uids.length);
    for (const uid of uids) expect(uid).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  it.each(boards)('%s is of a schema that Grafana 11 and later load, refreshes within bounds and cannot be edited by accident', (name) => {
    const board = dashboards.get(name)!;
    expect(board.schemaVersion).toBeGreaterThanOrEqual(39);
    expect(board.editable).toBe(false);
    expect(board.id ?? null).toBeNull();
    expect(['30s', '1m', '5m']).toContain(board.refresh);
    expect(board.description).not.toBe('');
  });

  it.each(boards)('%s numbers its panels and lays them out without overlaps', (name) => {
    const all = dashboards.get(name)!.panels ?? [];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const cells = new Set<string>();
    for (const { gridPos } of all as Panel[]) {
      const { x, y, w, h } = gridPos!;
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1) {
        for (let row = y; row < y + h; row += 1) {
          const cell = `${column}:${row}`;
          expect(cells.has(cell), `${name} at ${cell}`).toBe(false);
          cells.add(cell);
        }
      }
    }
  });

  it.each(boards)('%s gives each panel a title, a description, words for no data and the chosen data source', (name) => {
    for (const panel of panelsOf(dashboards.get(name)!)) {
      expect(panel.title, name).toBeTruthy();
      expect(panel.description, `${name}: ${panel.title}`).toBeTruthy();
      expect(panel.fieldConfig?.defaults.noValue, `${name}: ${panel.title}`).toBeTruthy();
      expect(targetOf(panel).datasource).toEqual({ type: 'grafana-clickhouse-datasource', uid: '${datasource}' });
      expect(panel.datasource).toEqual(targetOf(panel).datasource);
    }
  });

  it.each(boards)('%s names no machine, no data source of one and no variable that it lacks', (name) => {
    const board = dashboards.get(name)!;
    const text = JSON.stringify(board);
    expect(text).not.toMatch(/tocsin-clickhouse|127\.0\.0\.1/);
    const known = (board.templating?.list ?? []).map(({ name: variable }) => variable);
    const used = [...text.matchAll(/\$\{([a-z_]+)(?::[a-z]+)?\}|\$(?!__)([a-z_]+)/g)].map((match) => match[1] ?? match[2]!);
    for (const variable of used) expect(known, `${name} uses ${variable}`).toContain(variable);
  });

  it.each(boards)('%s marks alerts over time and leads to the other boards, the console and the wall', (name) => {
    const { annotations, links = [] } = dashboards.get(name)!;
    const language = name.startsWith('zh/') ? 'zh' : 'en';
    const marks = annotations!.list!.map(({ target, datasource, enable }) => ({ sql: (target as unknown as Target).rawSql, datasource, enable }));
    expect(marks).toEqual([{ sql: alertAnnotation(language), datasource: { type: 'grafana-clickhouse-datasource', uid: '${datasource}' }, enable: true }]);
    expect(links.map(({ type, tags, url, keepTime, includeVars }) => (type === 'dashboards' ? { tags, keepTime, includeVars } : url))).toEqual([
      { tags: [`tocsin-${language}`], keepTime: true, includeVars: true }, 'http://localhost:8080/', `http://localhost:8080/wall?lang=${language}`,
    ]);
  });

  it('say in words what their colours mean', () => {
    for (const [name, board] of dashboards) {
      for (const panel of panelsOf(board)) {
        const steps = panel.fieldConfig?.defaults.thresholds?.steps ?? [];
        if (steps.length > 1) expect(targetOf(panel).rawSql, `${name}: ${panel.title}`).toContain(' AS state');
      }
    }
  });

  it.each(BOARDS.map(({ id }) => id))('%s has the same panels in both languages, in words of its own', (id) => {
    const [zh, en] = PANEL_LANGUAGES.map((language) => dashboards.get(`${language}/${id}`)!);
    expect(panelsOf(zh!).map(({ gridPos }) => gridPos)).toEqual(panelsOf(en!).map(({ gridPos }) => gridPos));
    for (const panel of panelsOf(en!)) expect(`${panel.title} ${panel.description} ${panel.fieldConfig?.defaults.noValue}`).not.toMatch(/\p{Script=Han}/u);
    for (const panel of panelsOf(zh!)) expect(`${panel.description} ${panel.fieldConfig?.defaults.noValue}`).toMatch(/\p{Script=Han}/u);
  });

  it('stand in the playlists, each once', () => {
    for (const language of PANEL_LANGUAGES) {
      const playlist = JSON.parse(rendered.get(`playlist-${language}.json`)!) as { spec: { items: { value: string }[] } };
      expect(playlist.spec.items.map(({ value }) => value)).toEqual(BOARDS.map(({ id }) => dashboards.get(`${language}/${id}`)!.uid));
    }
  });
});
