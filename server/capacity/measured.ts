/** Of one item. Processor time in microseconds, sizes in bytes. */
export interface Measured {
  gatewayUs: { single: number; batches: number };
  scorerUs: number;
  /** Reading the scored log, the step without a rule, rows, and what live pages get. */
  counterUs: number;
  counterUsPerRule: number;
  natsUs: { single: number; batches: number };
  storeUs: number;
  windowBytesPerItem: number;
  windowBytesPerKey: number;
  storeBytesPerItem: number;
  scoredBytesPerItem: number;
  /** The commands that print these. */
  how: string;
}

/** See docs/capacity.md for each figure's command and spread. */
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
  how: '`npm run bench -- stages`, `-- gateway` and `-- windows` on a machine of 2 cores that had much other work, so these are on the high side',
};
