/** Engines that rows are written to; a cluster uses the replicated one of each. */
export type TableEngine = 'MergeTree' | 'AggregatingMergeTree' | 'SummingMergeTree' | 'ReplacingMergeTree';

/**
 * How the tables are laid out on the server: what a migration asks for, and what turns into DDL. The migrations are the
 * same for a single server and for a cluster.
 */
export interface Placement {
  database: string;
  /** Zone whose midnight begins a day of the daily roll-ups. An IANA name. */
  timeZone: string;
  /** Stands after the name in CREATE, ALTER and DROP; empty on a single server. */
  onCluster: string;
  /** The table that holds rows, with its database: what CREATE, ALTER and views name. Reads and inserts name `database.table`. */
  local(table: string): string;
  /** Engine clause; `parameters` are the engine's own, such as a version column. */
  engine(engine: TableEngine, options: { table: string; parameters?: string; spread?: Spread }): string;
  /** Settings that make inserts into such a table deduplicate by token. */
  deduplicationSettings(windowBlocks: number): string;
  /** Statements that put one table above the local ones of all shards; none on a single server. `shardBy` is an expression. */
  above(table: string, shardBy: string): string[];
  /** ALTER of a table that was made with `above`, such as `ADD COLUMN IF NOT EXISTS …`; without codecs where they do not fit. */
  altered(table: string, change: string): string[];
}

/** `sharded`: each shard has rows of its own. `everywhere`: every server has all of them. */
export type Spread = 'sharded' | 'everywhere';

const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

/** One server, or the embedded engine. */
export function singleServer(database: string, timeZone = DEFAULT_TIME_ZONE): Placement {
  return {
    database,
    timeZone,
    onCluster: '',
    local: (table) => `${database}.${table}`,
    engine: (engine, { parameters = '' }) => (parameters === '' ? engine : `${engine}(${parameters})`),
    deduplicationSettings: (windowBlocks) => `non_replicated_deduplication_window = ${windowBlocks}`,
    above: () => [],
    altered: (table, change) => [`ALTER TABLE ${database}.${table} ${change}`],
  };
}

/**
 * A cluster by its name in `system.clusters`. Each server must define the macros `{shard}` and `{replica}`, as
 * ClickHouse's own documentation of replication has them.
 */
export function cluster(database: string, name: string, timeZone = DEFAULT_TIME_ZONE): Placement {
  const onCluster = `ON CLUSTER '${name}'`;
  return {
    database,
    timeZone,
    onCluster,
    local: (table) => `${database}.${table}_local`,
    engine: (engine, { table, parameters = '', spread = 'sharded' }) => {
      const place = spread === 'sharded'
        ? `'/clickhouse/tables/{shard}/${database}/${table}', '{replica}'`
        : `'/clickhouse/tables/${database}/${table}', '{shard}-{replica}'`;
      return `Replicated${engine}(${parameters === '' ? place : `${place}, ${parameters}`})`;
    },
    deduplicationSettings: (windowBlocks) => `replicated_deduplication_window = ${windowBlocks}, replicated_deduplication_window_seconds = ${DEDUPLICATION_SECONDS}`,
    above: (table, shardBy) => [
      `CREATE TABLE IF NOT EXISTS ${database}.${table} ${onCluster} AS ${database}.${table}_local
ENGINE = Distributed('${name}', '${database}', '${table}_local', ${shardBy})`,
    ],
    altered: (table, change) => [
      `ALTER TABLE ${database}.${table}_local ${onCluster} ${change}`,
      `ALTER TABLE ${database}.${table} ${onCluster} ${change.replaceAll(/ CODEC\((?:[^()]|\([^()]*\))*\)/g, '')}`,
    ],
  };
}

/** A week: an outage of the sink is shorter, and it sends again only the batch that it stopped at. */
const DEDUPLICATION_SECONDS = 604_800;
