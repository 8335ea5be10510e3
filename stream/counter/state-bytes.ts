import type { CounterState } from './state.ts';

export interface StateBytes {
  /** Items in groupings, each counted once for each group that holds it. */
  itemsHeld: number;
  /** Chunks in use: times, customers, headers and the room not filled yet. */
  itemBytes: number;
  /** Records, tables and texts of groups. */
  keyBytes: number;
  keys: number;
  /** Remembered ids and customers. */
  idBytes: number;
  customerBytes: number;
  /** Taken from the runtime for chunks, in use or not. */
  arenaBytes: number;
}

/** What the state costs, by what it is for. Goes through every group. */
export function stateBytes(state: CounterState): StateBytes {
  let itemsHeld = 0;
  let keyBytes = 0;
  let keys = 0;
  for (const { grouping } of state.plan.groupings) {
    itemsHeld += grouping.itemsHeld();
    keyBytes += grouping.keyBytes();
    keys += grouping.names.live;
  }
  return {
    itemsHeld,
    itemBytes: state.arena.usedBytes(),
    keyBytes,
    keys,
    idBytes: state.ids.bytes(),
    customerBytes: state.customers.bytes(),
    arenaBytes: state.arena.heldBytes(),
  };
}
