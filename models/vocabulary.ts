/** The features that a model has learned. */
export class Vocabulary {
  readonly size: number;
  /** Ascending, without repeats. The table row of a hash is its place here. */
  readonly hashes: Uint32Array;

  constructor(hashes: Uint32Array) {
    this.hashes = hashes;
    this.size = hashes.length;
  }
}
