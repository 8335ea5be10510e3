import type { LargePart } from './bytes.ts';

/**
 * A list of typed arrays that is saved one array a piece while it goes on being changed. While a part of it is held, an array is
 * copied just before its first change, so the owner asks `beforeWrite` first; one that the owner replaces by another needs no copy.
 */
export class HeldArrays {
  readonly #live: () => readonly Uint32Array[];
  #held: (Uint32Array | null)[] | null = null;

  /** `live`: the arrays as they are now; always as many. */
  constructor(live: () => readonly Uint32Array[]) {
    this.#live = live;
  }

  /** `array`: what stands at `index` now. */
  beforeWrite(index: number, array: Uint32Array): void {
    if (this.#held !== null && this.#held[index] === array) this.#held[index] = array.slice();
  }

  part(): LargePart {
    let held: (Uint32Array | null)[] | null = null;
    return {
      pieces: this.#live().length,
      hold: () => {
        held = [...this.#live()];
        this.#held = held;
      },
      write: (piece, out) => {
        out.words(held?.[piece] ?? this.#live()[piece]!);
        if (held !== null) held[piece] = null;
      },
      letGo: () => {
        held = null;
        this.#held = null;
      },
    };
  }
}
