import type { ScoredEntry } from '../../../core/frame.ts';
import { completeConfig } from '../../../stream/duplicates/config.ts';
import { duplicateBytes } from '../../../stream/duplicates/state.ts';
import { createState } from '../../../stream/counter/state.ts';
import { stateBytes } from '../../../stream/counter/state-bytes.ts';
import { decodeState, encodeState } from '../../../stream/counter/encode-state.ts';
import { step } from '../../../stream/counter/step.ts';
import { readRealTexts } from '../texts/real-texts.ts';
import { Load, makeRules } from './load.ts';
import type { Cell } from './load.ts';

const FRAME_ITEMS = 200;
/** Not timed: until the compiler has seen the code. */
const WARM_UP_SHARE = 0.1;

export interface CellResult {
  /** By the process's own CPU time, all its threads: what one core gives on a machine that others use too. */
  itemsPerCpuSecond: number;
  itemsPerSecond: number;
  opened: number;
  itemsHeld: number;
  keys: number;
  /** Chunks, records, tables and names; not remembered ids and customers. */
  bytesPerItemHeld: number;
  idBytes: number;
  customerBytes: number;
  /** Of all that is remembered for duplicates: texts, their tables, copied texts, customers' fields; 0 where none are looked for. */
  duplicateBytes: number;
  /** Texts that a new one can be a repeat of. */
  textsHeld: number;
  /** Everything that the counter holds, for each item accepted. */
  bytesPerItemAccepted: number;
  encodeMs: number;
  decodeMs: number;
  encodedBytes: number;
}

/** Runs the counter's whole `step` over a cell's items: ids, duplicates, customers, counts, decisions, rows and events. */
export function runCell(cell: Cell): CellResult {
  const texts = cell.texts === 'real' ? readRealTexts() : [];
  if (texts === null) throw new Error('there are no real texts: the folder of public data is not beside the checkout');
  const load = new Load(cell, texts);
  let state = createState({ keysMax: 1_000_000, duplicates: cell.duplicates === 'on' ? completeConfig({}) : null });
  let sequence = 1;
  step(state, { sequence, timeMs: load.nowMs(), value: { kind: 'rules', rules: makeRules(cell) } });
  let wallNs = 0n;
  let cpuMicroseconds = 0;
  let timed = 0;
  let opened = 0;
  for (let made = 0; made < cell.items; made += FRAME_ITEMS) {
    const value: ScoredEntry = { kind: 'scored', rawSequence: sequence, gatheredAtMs: 0, scoredAtMs: 0, model: 'bench', items: load.frame(FRAME_ITEMS) };
    const entry = { sequence: ++sequence, timeMs: load.nowMs(), value };
    const startedNs = process.hrtime.bigint();
    const before = process.cpuUsage();
    const { events } = step(state, entry);
    const { user, system } = process.cpuUsage(before);
    if (made >= cell.items * WARM_UP_SHARE) {
      wallNs += process.hrtime.bigint() - startedNs;
      cpuMicroseconds += user + system;
      timed += FRAME_ITEMS;
    }
    for (const { kind } of events) if (kind === 'opened') opened++;
  }
  const bytes = stateBytes(state);
  const links = state.duplicates === null ? null : duplicateBytes(state.duplicates);
  const linkBytes = links === null ? 0 : links.itemBytes + links.indexBytes + links.campaignBytes + links.historyBytes;
  let encoded: Uint8Array = new Uint8Array(0);
  const encodeMs = cpuMs(() => (encoded = encodeState(state)));
  const decodeMs = cpuMs(() => (state = decodeState(encoded)));
  return {
    itemsPerCpuSecond: (timed * 1e6) / cpuMicroseconds,
    itemsPerSecond: (timed * 1e9) / Number(wallNs),
    opened,
    itemsHeld: bytes.itemsHeld,
    keys: bytes.keys,
    bytesPerItemHeld: (bytes.itemBytes + bytes.keyBytes) / bytes.itemsHeld,
    idBytes: bytes.idBytes,
    customerBytes: bytes.customerBytes,
    duplicateBytes: linkBytes,
    textsHeld: links?.items ?? 0,
    bytesPerItemAccepted: (bytes.itemBytes + bytes.keyBytes + bytes.idBytes + bytes.customerBytes + linkBytes) / cell.items,
    encodeMs,
    decodeMs,
    encodedBytes: encoded.length,
  };
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}
