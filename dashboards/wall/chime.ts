import { severityRank } from './board-state.ts';
import type { News } from './board-state.ts';

/** Notes of the chime, one after the other: frequency in hertz and length in milliseconds. The worse the alert, the more of them and the higher. */
export interface Note {
  hertz: number;
  lengthMs: number;
}

const NOTES: Record<number, readonly Note[]> = {
  1: [{ hertz: 660, lengthMs: 180 }],
  2: [{ hertz: 660, lengthMs: 180 }, { hertz: 880, lengthMs: 260 }],
  3: [{ hertz: 880, lengthMs: 160 }, { hertz: 1_175, lengthMs: 160 }, { hertz: 880, lengthMs: 160 }, { hertz: 1_175, lengthMs: 320 }],
};

/** News that came with the page itself, or while nobody could hear it, is no reason to ring. */
export const RING_WITHIN_MS = 30_000;

/**
 * What to play for the news since the last time: the chime of the worst alert that opened or became worse, or nothing.
 *
 * @param sinceSerial serial of the newest news that was looked at before
 */
export function chimeFor(news: readonly News[], sinceSerial: number, nowMs: number): { notes: readonly Note[]; serial: number } {
  const fresh = news.filter(({ serial }) => serial > sinceSerial);
  const ringing = fresh.filter(({ kind, saidAtMs }) => kind !== 'resolved' && nowMs - saidAtMs < RING_WITHIN_MS);
  const worst = ringing.reduce((rank, { alert }) => Math.max(rank, severityRank(alert.severity)), 0);
  return { notes: NOTES[worst] ?? [], serial: fresh.reduce((most, { serial }) => Math.max(most, serial), sinceSerial) };
}
