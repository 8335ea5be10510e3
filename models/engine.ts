import type { Language } from '../core/score.ts';

/** What a model reads in one text. */
export interface Reading {
  /** Calibrated, in the places of HEADS. */
  probabilities: Float32Array;
  /** Parts of the text that moved the decision, strongest first; parts of `text.normalize('NFKC')`. */
  keywords: string[];
  /** What was read: the text, or in Chinese what its emoji say where it has no letters. */
  words: string;
  /** The text has no opinion in it: the probabilities are those of silence, whatever the categories. */
  saysNothing: boolean;
}

/** One kind of model, loaded: what open-engine.ts makes of a folder. */
export interface ModelEngine {
  /** Name and checksum of the weights, as the manifest has it. */
  readonly version: string;
  /** Device, and why better ones were not taken: one line for the log. */
  readonly backend: string;
  /** Most texts that one `read` is given. */
  readonly textsMax: number;
  /** One reading per text, in order, for any text at all: empty, 100 kB, lone surrogates. Two calls may run at once. */
  read(texts: readonly string[], languages: readonly Language[]): Promise<Reading[]>;
  /** Gives back every tensor. */
  dispose(): void;
}
