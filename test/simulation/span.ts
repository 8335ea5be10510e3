import { DELIVERY_POLICY, type DeliveryPolicy } from '../../alerts/notify/decide-delivery.ts';
import { Prng } from '../../server/play/prng.ts';
import type { Life } from './routing-book.ts';

/** How long a life is, and everything in it. */
export interface Span {
  name: 'short' | 'long';
  /** For so long feedback comes and things go wrong; then all is well and time goes on until everything is done. */
  troubleMs: number;
  requestsMin: number;
  requestsMax: number;
  itemsPerRequestMax: number;
  burstsMax: number;
  troublesMax: number;
  /** Most that the store, the logs and a process that was killed are away. */
  storeAwayMsMax: number;
  logAwayMsMax: number;
  downMsMax: number;
  /** A process may die around one of its first calls, up to this one. */
  fatalCallMax: number;
  /** A worker that is not heard of for this long loses what it holds. */
  ackWaitMs: number;
  /** For so long a gateway tries to append a frame, and a log knows its message id, which is longer. */
  retryForMs: number;
  duplicateWindowMs: number;
  /** A slow receiver takes so long, one that is silent, and a scorer that hangs. */
  slowMs: number;
  silentMs: number;
  hangMs: number;
  deadLettersNewMs: number;
  delivery: DeliveryPolicy;
  /** Shortest and longest time between two snapshots. */
  counterSnapshotsMs: readonly [number, number];
  deskSnapshotsMs: readonly [number, number];
  /** How often it is asked whether everything is done. */
  lookEveryMs: number;
  /** How probable it is that everything is killed once more when all is done. */
  lastKill: number;
  /**
   * How alerts end that are open when all is well. `windows-run-out`: time passes; `asleep`: it passes while nothing runs; `rules-go`: the rules are removed;
   * `falls-silent`: so are they, once nobody has said anything for longer than a window and, in half of these lives, somebody speaks again.
   */
  ending: 'windows-run-out' | 'asleep' | 'rules-go' | 'falls-silent';
}

const LONG: Span = {
  name: 'long', troubleMs: 80_000, requestsMin: 10, requestsMax: 30, itemsPerRequestMax: 8, burstsMax: 3, troublesMax: 24, storeAwayMsMax: 30_000, logAwayMsMax: 20_000, downMsMax: 40_000, fatalCallMax: 60,
  ackWaitMs: 10_000, retryForMs: 5_000, duplicateWindowMs: 8_000, slowMs: 6_000, silentMs: 10_000, hangMs: 30_000, deadLettersNewMs: 20_000, delivery: DELIVERY_POLICY, counterSnapshotsMs: [5_000, 40_000], deskSnapshotsMs: [2_000, 20_000], lookEveryMs: 2_000, lastKill: 0.3, ending: 'windows-run-out',
};
/** The same at four times the pace, so that it meets as much of what goes wrong in a quarter of the entries. */
const SHORT: Span = {
  name: 'short', troubleMs: 14_000, requestsMin: 2, requestsMax: 8, itemsPerRequestMax: 6, burstsMax: 2, troublesMax: 9, storeAwayMsMax: 8_000, logAwayMsMax: 5_000, downMsMax: 8_000, fatalCallMax: 24,
  ackWaitMs: 3_000, retryForMs: 1_500, duplicateWindowMs: 2_500, slowMs: 2_000, silentMs: 3_000, hangMs: 8_000, deadLettersNewMs: 4_000,
  // Again both waits outlast a redelivery and the longest pause, in a row.
  delivery: { ...DELIVERY_POLICY, backoff: { baseMs: 300, capMs: 60_000, floorMs: 100 }, pauseMaxMs: 6_000, orderWaitMaxMs: 25_000, orderWaitAfterStartMs: 10_000, turnAwayMaxMs: 2_000 },
  counterSnapshotsMs: [1_000, 9_000], deskSnapshotsMs: [800, 6_000], lookEveryMs: 1_000, lastKill: 0.2, ending: 'rules-go',
};
/** Of so many plain lives one is long. */
const LONG_EVERY = 20;

/** Drawn apart from what happens in the life, so that the long ones stay as they are whatever becomes of the short ones. */
export function drawSpan(seed: number, life: Life): Span {
  if (life === 'routed' || seed % LONG_EVERY === 0) return LONG;
  const random = new Prng(seed + 0x5eed);
  if (!random.chance(0.8)) return { ...SHORT, ending: 'asleep' };
  return random.chance(0.05) ? { ...SHORT, ending: 'falls-silent' } : SHORT;
}
