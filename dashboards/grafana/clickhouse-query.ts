import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';

export const PLUGIN_ID = 'grafana-clickhouse-datasource';
/** The data source is a variable of each board, so that no board names one machine's. */
export const DATA_SOURCE = { type: PLUGIN_ID, uid: '${datasource}' } as const;
/** The plugin's version whose query shape is written here; newer ones read it too. */
const PLUGIN_VERSION = '4.10.2';

/** How the plugin shapes an answer: by time for lines and bars, or the rows as they are. */
export type QueryShape = 'timeseries' | 'table';

/** What Grafana's ClickHouse data source keeps of one query written as SQL. */
interface ClickHouseQuery extends Dataquery {
  refId: string;
  datasource: typeof DATA_SOURCE;
  pluginVersion: string;
  editorType: 'sql';
  queryType: QueryShape;
  /** The same again as the number that older versions of the plugin read. */
  format: 0 | 1;
  rawSql: string;
}

/** A query of Grafana's ClickHouse data source, for the SDK's builders. */
export function clickHouseQuery(rawSql: string, shape: QueryShape, refId = 'A'): Builder<Dataquery> {
  const query: Omit<ClickHouseQuery, keyof Dataquery> = {
    refId,
    datasource: DATA_SOURCE,
    pluginVersion: PLUGIN_VERSION,
    editorType: 'sql',
    queryType: shape,
    format: shape === 'timeseries' ? 0 : 1,
    rawSql,
  };
  // The SDK marks its own query types with a method that it never calls; a query from outside carries none.
  return { build: () => query as unknown as Dataquery };
}
