import type { StoredItem } from '../../core/stored-item.ts';

export interface RoomLimits {
  rowsMax: number;
  charsMax: number;
}

/**
 * Bounds what waits for the store: an entry is acknowledged at once while there is room, else when enough has left.
 * An entry that does not fit still enters, because it is here already; the reader just gets no further one for it.
 */
export class WaitingRoom {
  readonly #limits: RoomLimits;
  readonly #held: (() => void)[] = [];
  #rows = 0;
  #chars = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  enter(entry: { rows: readonly StoredItem[]; ack(): void }): void {
    this.#rows += entry.rows.length;
    for (const row of entry.rows) this.#chars += row.item.text.length;
    if (this.#held.length === 0 && this.#hasRoom()) entry.ack();
    else this.#held.push(() => entry.ack());
  }

  leave({ rows, chars }: { rows: readonly StoredItem[] | number; chars: number }): void {
    this.#rows -= typeof rows === 'number' ? rows : rows.length;
    this.#chars -= chars;
    while (this.#hasRoom()) {
      const ack = this.#held.shift();
      if (ack === undefined) return;
      ack();
    }
  }

  #hasRoom(): boolean {
    return this.#rows <= this.#limits.rowsMax && this.#chars <= this.#limits.charsMax;
  }
}
