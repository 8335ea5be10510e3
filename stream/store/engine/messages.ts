import type { ReadLimits } from './serve-reader.ts';

/** What the engine is to do; it comes over the channel to the process that started it, not by arguments that others can see. */
export interface EngineOrder {
  path: string;
  database: string;
  password: string;
  read: ReadPortOrder | null;
  /** The only folder that BACKUP and RESTORE may use; absent: none. */
  backupFolder?: string;
}

export interface ReadPortOrder {
  host: string;
  port: number;
  limits: ReadLimits;
}

export type EngineCommand = { kind: 'start'; order: EngineOrder } | { kind: 'stop' };

/** What it answers. */
export type EngineReport =
  | { kind: 'ready'; ownerPort: number; read: ReadPort | null }
  /** The folder cannot be used; trying again does not help while another process has it. */
  | { kind: 'refused'; reason: string };

/** Where the store can be read; `instead`: the port that was asked for is taken by another program. */
export interface ReadPort {
  host: string;
  port: number;
  instead: 'of-a-taken-port' | null;
}
