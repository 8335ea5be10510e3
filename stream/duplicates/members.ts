const VALUES_MIN = 4;

/**
 * A set of whole numbers up to 2^53 that are hashes already, in the order in which they came. The numbers stand in one typed array,
 * their places in another by open addressing, at most half full: 16 to 32 bytes each and no objects.
 */
export class Members {
  #values: Float64Array;
  /** Place + 1 of a number; 0 where there is none. */
  #places: Uint32Array;
  size: number;

  /** `values`: all different; they are copied. */
  constructor(values: Float64Array = new Float64Array(0)) {
    let room = VALUES_MIN;
    while (room < values.length) room *= 2;
    this.#values = new Float64Array(room);
    this.#values.set(values);
    this.#places = new Uint32Array(room * 2);
    this.size = values.length;
    this.#index();
  }

  has(value: number): boolean {
    return this.#places[this.#slotOf(value)] !== 0;
  }

  /** False where it is there already. */
  add(value: number): boolean {
    let slot = this.#slotOf(value);
    if (this.#places[slot] !== 0) return false;
    if (this.size === this.#values.length) {
      this.#grow();
      slot = this.#slotOf(value);
    }
    this.#values[this.size++] = value;
    this.#places[slot] = this.size;
    return true;
  }

  /** Valid until the next `add`. */
  values(): Float64Array {
    return this.#values.subarray(0, this.size);
  }

  bytes(): number {
    return this.#values.byteLength + this.#places.byteLength;
  }

  /** Where a number stands, or the empty place where it belongs. */
  #slotOf(value: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    for (let slot = (value | 0) & mask; ; slot = (slot + 1) & mask) {
      const place = places[slot]!;
      if (place === 0 || this.#values[place - 1] === value) return slot;
    }
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
    this.#places = new Uint32Array(values.length * 2);
    this.#index();
  }

  #index(): void {
    for (let place = 0; place < this.size; place++) this.#places[this.#slotOf(this.#values[place]!)] = place + 1;
  }
}
