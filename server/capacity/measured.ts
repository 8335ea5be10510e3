/** Of one item. Processor time in microseconds, sizes in bytes. */
export interface Measured {
  gatewayUs: { single: number; batches: number };
  scorerUs: number;
  /** Reading the scored log, the step without a rule, rows, pages, and what live pages get. */
  counterUs: number;
  counterUsPerRule: number;
  natsUs: { single: number; batches: number };
  storeUs: number;
  windowBytesPerItem: number;
  windowBytesPerKey: number;
  storeBytesPerItem: number;
  scoredBytesPerItem: number;
  /** Memory of a process under load, beside windows. */
  baseBytes: { gateway: number; scorer: number; counter: number; nats: number; clickhouse: number };
  /** The machine and the day. */
  on: string;
}

/** Written by `npm run bench -- capacity --write`; docs/capacity.md has the curves. */
export const MEASURED: Measured = {
  gatewayUs: { single: 120, batches: 24 },
  scorerUs: 110,
  counterUs: 51,
  counterUsPerRule: 0.054,
  natsUs: { single: 140, batches: 23 },
  storeUs: 70,
  windowBytesPerItem: 11,
  windowBytesPerKey: 290,
  storeBytesPerItem: 110,
  scoredBytesPerItem: 880,
  baseBytes: { gateway: 223000000, scorer: 262000000, counter: 221000000, nats: 114000000, clickhouse: 538000000 },
  on: '2 × AMD EPYC, Node 20.20.2, 2026-11-28',
};
