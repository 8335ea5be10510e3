/**
 * How the tables are laid out on the server: what a migration asks for, and what turns into DDL.
 * A cluster is another implementation (ON CLUSTER, ReplicatedMergeTree, a Distributed table above each local one);
 * the migrations stay as they are.
 */
export interface Placement {
  database: string;
  /** Stands after the name in CREATE, ALTER and DROP; empty on a single server. */
  onCluster: string;
  /** Engine of a table that rows are written to. */
  mergeTree(): string;
  /** Settings that make inserts into such a table deduplicate by token. */
  deduplicationSettings(windowBlocks: number): string;
}

/** One server, or the embedded engine. */
export function singleServer(database: string): Placement {
  return {
    database,
    onCluster: '',
    mergeTree: () => 'MergeTree',
    deduplicationSettings: (windowBlocks) => `non_replicated_deduplication_window = ${windowBlocks}`,
  };
}
