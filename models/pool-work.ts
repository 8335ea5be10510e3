import { TocsinError } from '../core/errors.ts';
import type { Score } from '../core/score.ts';
import type { FrameToScore, ScoredBytes } from '../stream/score/score-frame-batch.ts';
import type { ScorerInput } from './scorer.ts';
import type { FrameAnswer } from './worker-messages.ts';

/** A text request whose pieces may be scored by several threads. */
export interface TextRequest {
  scores: Score[];
  missing: number;
  settled: boolean;
  resolve(scores: Score[]): void;
  reject(error: TocsinError): void;
}

/** A run of one request's texts. */
export interface TextPiece {
  kind: 'texts';
  request: TextRequest;
  from: number;
  inputs: ScorerInput[];
  texts: number;
  attempts: number;
}

export interface FramePiece {
  kind: 'frame';
  frame: FrameToScore;
  /** By the frame's size; what it really holds is known once it is read. */
  texts: number;
  attempts: number;
  resolve(frame: ScoredBytes): void;
  reject(error: TocsinError): void;
}

export type Piece = TextPiece | FramePiece;

/** A typical item's line; an estimate for the size of a batch. */
const ITEM_BYTES = 256;

export function framePiece(frame: FrameToScore, resolve: (frame: ScoredBytes) => void, reject: (error: TocsinError) => void): FramePiece {
  return { kind: 'frame', frame, texts: Math.ceil(frame.bytes.length / ITEM_BYTES), attempts: 0, resolve, reject };
}

/** Cuts a text request into pieces of at most `size`, so that several threads finish it together. */
export function textPieces(inputs: readonly ScorerInput[], request: TextRequest, size: number): TextPiece[] {
  const pieces: TextPiece[] = [];
  for (let from = 0; from < inputs.length; from += size) {
    const part = inputs.slice(from, from + size);
    pieces.push({ kind: 'texts', request, from, inputs: part, texts: part.length, attempts: 0 });
  }
  return pieces;
}

export function failPiece(piece: Piece, error: TocsinError): void {
  if (piece.kind === 'frame') return piece.reject(error);
  if (piece.request.settled) return;
  piece.request.settled = true;
  piece.request.reject(error);
}

export function settleTexts({ request, from, inputs }: TextPiece, scores: readonly Score[]): void {
  scores.forEach((score, k) => { request.scores[from + k] = score; });
  request.missing -= inputs.length;
  if (request.missing > 0 || request.settled) return;
  request.settled = true;
  request.resolve(request.scores);
}

export function settleFrame(piece: FramePiece, answer: FrameAnswer, toError: (error: { code: string; message: string }) => TocsinError): void {
  if (answer.kind === 'scored') piece.resolve(answer.frame);
  else piece.reject(toError(answer.error));
}

/** Work that waits for a thread, oldest first. */
export class PieceQueue {
  #pieces: Piece[] = [];
  #texts = 0;

  get texts(): number {
    return this.#texts;
  }

  /** The next one ended a thread before. */
  get nextIsSuspect(): boolean {
    return (this.#pieces[0]?.attempts ?? 0) > 0;
  }

  push(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#texts += piece.texts;
    }
  }

  /** Back to the head, in their order. */
  putBack(pieces: readonly Piece[]): void {
    this.#pieces.unshift(...pieces);
    for (const { texts } of pieces) this.#texts += texts;
  }

  /**
   * The next batch: one piece when little waits, up to `textsMax` texts when many do. A piece that ended a thread before
   * goes alone, so that it takes no other with it.
   */
  take(textsMax: number): Piece[] {
    const batch: Piece[] = [];
    let texts = 0;
    while (this.#pieces.length > 0) {
      const [piece] = this.#pieces as [Piece];
      if (batch.length > 0 && (texts + piece.texts > textsMax || piece.attempts > 0)) break;
      this.#pieces.shift();
      this.#texts -= piece.texts;
      if (piece.kind === 'texts' && piece.request.settled) continue;
      batch.push(piece);
      texts += piece.texts;
      if (piece.attempts > 0) break;
    }
    return batch;
  }

  /** Takes out everything. */
  empty(): Piece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#texts = 0;
    return pieces;
  }
}
