/** What scores now. */
export interface ModelStatus {
  /** Version that scored items carry: weights, then operating points and taxonomy. */
  model: string;
  /** Device, and why better ones were not taken. */
  backend: string;
  /** When it took over, milliseconds since the epoch. */
  sinceMs: number;
  /** The last model or taxonomy that was found and could not be used; null once one was loaded after it. */
  refused: { atMs: number; code: string; message: string } | null;
}
