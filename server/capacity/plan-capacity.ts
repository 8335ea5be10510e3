import { MEASURED, type Measured } from './measured.ts';

export interface LoadPlan {
  itemsPerDay: number;
  /** Busiest second of the day divided by its mean. */
  peakFactor: number;
  /** Items that clients send in one request: 1, or many. */
  sending: 'single' | 'batches';
  /** Longest window of any rule. */
  windowMs: number;
  /** Rules that count differently: each keeps items of its own. */
  rules: number;
  /** Different groups, such as categories × stores, of the largest rule. */
  keys: number;
  /** Days that ClickHouse keeps. */
  keepDays: number;
  scoredLogKeepHours: number;
  coresPerNode: number;
  /** Copies of log and store: 1, or 3 for a cluster that survives a node. */
  copies: 1 | 3;
}

export interface PlannedPart {
  part: 'gateway' | 'scorer' | 'counter' | 'nats' | 'clickhouse';
  /** Processes or servers of `coresPerNode` cores at most; of the counter, active partitions. */
  nodes: number;
  /** Busy at the peak, before the share that stays free. */
  coresAtPeak: number;
  memoryBytes: number;
  diskBytes: number;
}

export interface Capacity {
  meanPerSecond: number;
  peakPerSecond: number;
  parts: PlannedPart[];
  /** Everything runs in one process on one machine of `coresPerNode` cores. */
  fits: 'one-process' | 'several';
}

const DAY_SECONDS = 86_400;
/** Of each core: what bursts within the second, garbage collection and other work need. */
export const BUSY_SHARE_MAX = 0.5;
/** A ClickHouse server holds no more, so that it can be copied and merged in time. */
export const CLICKHOUSE_DISK_BYTES_MAX = 2e12;

/** How many of each part a load needs, from measured processor time, memory and disk of one item. Pure. @throws RangeError for a load that is no number above 0 */
export function planCapacity(load: LoadPlan, measured: Measured = MEASURED): Capacity {
  for (const [name, value] of Object.entries(load)) {
    if (typeof value === 'number' && !(Number.isFinite(value) && value > 0)) throw new RangeError(`${name} must be a number above 0`);
  }
  const { itemsPerDay, peakFactor, sending, coresPerNode, copies } = load;
  const meanPerSecond = itemsPerDay / DAY_SECONDS;
  const peakPerSecond = meanPerSecond * peakFactor;
  const cores = (us: number): number => (peakPerSecond * us) / 1e6;
  // One event loop each: more cores do not help a single one of these.
  const loops = (busyCores: number): number => Math.max(1, Math.ceil(busyCores / BUSY_SHARE_MAX));
  const machines = (busyCores: number): number => Math.max(1, Math.ceil(busyCores / (coresPerNode * BUSY_SHARE_MAX)));

  const gatewayCores = cores(measured.gatewayUs[sending]);
  const scorerCores = cores(measured.scorerUs);
  const counterCores = cores(measured.counterUs + measured.counterUsPerRule * load.rules);
  const natsCores = cores(measured.natsUs[sending]) * copies;
  const storeCores = cores(measured.storeUs) * copies;
  const itemsInWindow = meanPerSecond * (load.windowMs / 1_000);
  const itemsInLog = meanPerSecond * load.scoredLogKeepHours * 3_600;
  const rows = itemsPerDay * load.keepDays;
  const windowBytes = itemsInWindow * measured.windowBytesPerItem * load.rules + load.keys * measured.windowBytesPerKey * load.rules;
  const storeDisk = rows * measured.storeBytesPerItem * copies;
  const [scorers, natsServers] = [machines(scorerCores), Math.max(copies, machines(natsCores))];
  const stores = Math.max(copies, machines(storeCores), Math.ceil(storeDisk / CLICKHOUSE_DISK_BYTES_MAX));
  const parts: PlannedPart[] = [
    { part: 'gateway', nodes: loops(gatewayCores), coresAtPeak: gatewayCores, memoryBytes: measured.baseBytes.gateway * loops(gatewayCores), diskBytes: 0 },
    { part: 'scorer', nodes: scorers, coresAtPeak: scorerCores, memoryBytes: measured.baseBytes.scorer * scorers, diskBytes: 0 },
    { part: 'counter', nodes: loops(counterCores), coresAtPeak: counterCores, memoryBytes: measured.baseBytes.counter * loops(counterCores) + windowBytes, diskBytes: 0 },
    { part: 'nats', nodes: natsServers, coresAtPeak: natsCores, memoryBytes: measured.baseBytes.nats * natsServers, diskBytes: itemsInLog * measured.scoredBytesPerItem * copies },
    { part: 'clickhouse', nodes: stores, coresAtPeak: storeCores, memoryBytes: measured.baseBytes.clickhouse * stores, diskBytes: storeDisk },
  ];
  const allCores = parts.reduce((sum, { coresAtPeak }) => sum + coresAtPeak, 0);
  const mainLoop = gatewayCores + counterCores;
  const fits = copies === 1 && allCores <= coresPerNode * BUSY_SHARE_MAX && mainLoop <= BUSY_SHARE_MAX && parts.every(({ part, nodes }) => part !== 'clickhouse' || nodes === 1);
  return { meanPerSecond, peakPerSecond, parts, fits: fits ? 'one-process' : 'several' };
}
