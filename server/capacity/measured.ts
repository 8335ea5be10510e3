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
  gatewayUs: { single: 130, batches: 24 },
  scorerUs: 92,
  counterUs: 39,
  counterUsPerRule: 0.068,
  natsUs: { single: 160, batches: 21 },
  storeUs: 57,
  windowBytesPerItem: 10,
  windowBytesPerKey: 290,
  storeBytesPerItem: 110,
  scoredBytesPerItem: 580,
  baseBytes: { gateway: 220000000, scorer: 261000000, counter: 220000000, nats: 118000000, clickhouse: 482000000 },
  on: '2 × AMD EPYC, Node 20.20.2, 2026-11-29',
};
