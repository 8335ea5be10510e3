import type { Score } from '../core/score.ts';
import type { ScorerInput, ScorerOptions } from './scorer.ts';

/** What a thread loads its model by. */
export type WorkerSettings = ScorerOptions;

export interface ToWorker {
  batch: number;
  inputs: ScorerInput[];
}

export interface WorkerError {
  code: string;
  message: string;
}

export type FromWorker =
  | { kind: 'ready'; version: string; backend: string }
  | { kind: 'unusable'; error: WorkerError }
  | { kind: 'scored'; batch: number; scores: Score[] }
  | { kind: 'failed'; batch: number; error: WorkerError };
