import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Majors of Grafana whose own types of a board are a development package here. */
export const GRAFANA_MAJORS = [11, 12, 13] as const;
export type GrafanaMajor = (typeof GRAFANA_MAJORS)[number];

const PANELS = { stat: 'Stat', timeseries: 'TimeSeries', bargauge: 'BarGauge', table: 'Table' } as const;

/** What a file of `json/` may be: Grafana's own types, with an enum's values as JSON has them and the query that the ClickHouse plugin keeps. */
const BOARD = `
import type * as grafana from '@grafana/schema';
${Object.entries(PANELS).map(([type, name]) => `import type * as ${type} from '@panels/${type}/panelcfg/x/${name}PanelCfg_types.gen';`).join('\n')}

type Digits<N extends number> = \`\${N}\` extends \`\${infer D extends number}\` ? D : never;
type Plain<T> = T extends string ? \`\${T}\` : T extends number ? Digits<T> : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
interface Query extends grafana.DataQuery {
  pluginVersion: string; editorType: 'sql'; queryType: 'timeseries' | 'table'; format: 0 | 1; rawSql: string;
}
type PanelOf<Type extends string, Options, Custom> = Omit<grafana.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: Type; options: Partial<Options>; targets: Query[];
  fieldConfig: Omit<grafana.FieldConfigSource, 'defaults'> & { defaults: Omit<grafana.FieldConfig, 'custom'> & { custom?: Partial<Custom> } };
};
type Panel = PanelOf<'stat', stat.Options, {}> | PanelOf<'bargauge', bargauge.Options, {}>
  | PanelOf<'timeseries', timeseries.Options, timeseries.FieldConfig> | PanelOf<'table', table.Options, table.FieldConfig>;
export type Board = Plain<Omit<grafana.Dashboard, 'panels' | 'annotations'> & { panels: (Panel | grafana.RowPanel)[]; annotations: { list: grafana.AnnotationQuery<Query>[] } }>;
`;

/** What Grafana's types say against the boards, as the TypeScript compiler puts it; empty where all fit. `boards` by name. */
export function complaintsAgainst(major: GrafanaMajor, boards: ReadonlyMap<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-board-types-'));
  try {
    writeFileSync(join(folder, 'board.ts'), BOARD);
    for (const [name, board] of boards) {
      writeFileSync(join(folder, `${name.replaceAll('/', '-')}.ts`), `import type { Board } from './board.ts';\nexport const board: Board = ${JSON.stringify(board, null, 1)};\n`);
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        strict: true, noEmit: true, skipLibCheck: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true, types: [],
        paths: pathsOf(join(root, 'node_modules', `grafana-schema-${major}`, 'dist')),
      },
      include: ['*.ts'],
    }));
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    return `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Version 11 has its declarations beside the code and named by panel, later ones in a folder of their own. */
function pathsOf(dist: string): Record<string, string[]> {
  const isLater = existsSync(join(dist, 'types'));
  const types = join(dist, isLater ? 'types' : 'esm');
  const panels = Object.entries(PANELS).map(([type, name]) => {
    const folder = `${type}/panelcfg/x`;
    const file = isLater ? 'types.gen.d.ts' : `${name}PanelCfg_types.gen.d.ts`;
    return [`@panels/${folder}/${name}PanelCfg_types.gen`, [join(types, 'raw', 'composable', folder, file)]] as const;
  });
  return { '@grafana/schema': [join(types, 'index.d.ts')], ...Object.fromEntries(panels) };
}
