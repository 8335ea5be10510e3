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
  gatewayUs: { single: 100, batches: 20 },
  scorerUs: 122,
  counterUs: 46,
  counterUsPerRule: 0.1,
  natsUs: { single: 61, batches: 25 },
  storeUs: 91,
  windowBytesPerItem: 11,
  windowBytesPerKey: 250,
  storeBytesPerItem: 74,
  scoredBytesPerItem: 790,
  baseBytes: { gateway: 150000000, scorer: 250000000, counter: 200000000, nats: 100000000, clickhouse: 1000000000 },
  on: '2 cores that had much other work, so these are on the high side',
};
