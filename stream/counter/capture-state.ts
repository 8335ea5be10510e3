import { CapturingWriter, GATHERED_BYTES } from '../windows/capture.ts';
import { writeState } from './encode-state.ts';
import type { CounterState } from './state.ts';

/** The bytes that `encodeState` would give now, made piece by piece while steps go on. At most one capture of a state at a time. */
export interface StateCapture {
  /** Of the last entry counted in. */
  readonly sequence: number;
  /** Stream time, milliseconds since the epoch. */
  readonly nowMs: number;
  /** The next piece, at most about a mebibyte; null after the last one. */
  next(): Uint8Array | null;
  /** Gives back what is held for pieces not asked for. Also after the last one; harmless when repeated. */
  release(): void;
}

/**
 * Takes what is small at once; large parts are held, and copied before they are changed. Pieces are `gatheredBytes` or more, but for the last one.
 * Throws while another capture is under way.
 */
export function captureState(state: CounterState, gatheredBytes = GATHERED_BYTES): StateCapture {
  const out = new CapturingWriter(gatheredBytes);
  try {
    writeState(state, out);
  } catch (error) {
    out.release();
    throw error;
  }
  out.seal();
  return { sequence: state.sequence, nowMs: state.nowMs, next: () => out.next(), release: () => out.release() };
}
