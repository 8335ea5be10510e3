import type { Score } from '../core/score.ts';
import type { FrameToScore, ScoredBytes } from '../stream/score/score-frame-batch.ts';
import type { ScorerInput, ScorerOptions } from './scorer.ts';

/** What a thread loads its model by. */
export type WorkerSettings = ScorerOptions;

/** One batch: texts, whole frames, or both; the model sees them together. */
export interface ToWorker {
  batch: number;
  inputs: ScorerInput[];
  /** Their bytes are handed over, not copied. */
  frames: FrameToScore[];
}

export interface WorkerError {
  code: string;
  message: string;
}

export type FrameAnswer = { kind: 'scored'; frame: ScoredBytes } | { kind: 'unreadable'; error: WorkerError };

export type FromWorker =
  | { kind: 'ready'; version: string; backend: string; textsMax: number }
  | { kind: 'unusable'; error: WorkerError }
  /** `scores` of the inputs and `frames`, both in the order in which they came. */
  | { kind: 'scored'; batch: number; scores: Score[]; frames: FrameAnswer[] }
  | { kind: 'failed'; batch: number; error: WorkerError };
