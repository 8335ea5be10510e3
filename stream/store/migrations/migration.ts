import type { Placement } from './placement.ts';

/** One numbered change of the schema. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  version: number;
  name: string;
  /**
   * One statement each, run in order. Every one must be harmless when it is run again (IF NOT EXISTS, IF EXISTS):
   * ClickHouse has no transaction around DDL, so a migration that failed half-way is run again from its first statement.
   */
  statements(placement: Placement): string[];
}
