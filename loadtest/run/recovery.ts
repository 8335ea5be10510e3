import type { Marker } from './marker.ts';


export interface Recovery {
  /** From the end of the spike to when the last slow or refused marker was due; 0 where none was. */
  backAfterSeconds: number;
  /** Due in the time that is judged. */
  judged: readonly Marker[];
  /** Of those: refused, or never paged. */
  notPaged: number;
}

export interface RecoveryTimes {
  spikeEndedAtMs: number;
  judgedFromMs: number;
  judgedUntilMs: number;
  /** Above this from due to paged a marker was slow. */
  slowMs: number;
}

/** When pages were as fast as before the spike, and for good. Pure. */
export function recoveryOf(markers: readonly Marker[], { spikeEndedAtMs, judgedFromMs, judgedUntilMs, slowMs }: RecoveryTimes): Recovery {
  const isSlow = ({ sentAtMs, seenAtMs: { webhook } }: Marker): boolean => webhook === undefined || webhook - sentAtMs > slowMs;
  const lastSlow = markers.findLast((marker) => marker.sentAtMs >= spikeEndedAtMs && marker.sentAtMs < judgedUntilMs && isSlow(marker));
  const judged = markers.filter(({ sentAtMs }) => sentAtMs >= judgedFromMs && sentAtMs < judgedUntilMs);
  return {
    backAfterSeconds: lastSlow === undefined ? 0 : (lastSlow.sentAtMs - spikeEndedAtMs) / 1_000,
    judged,
    notPaged: judged.filter(({ seenAtMs }) => seenAtMs.webhook === undefined).length,
  };
}
