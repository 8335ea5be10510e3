import type { Grouping } from '../grouping.ts';

/** How often words of memory were read or written; the same on every machine. */
export interface Looks {
  count: number;
}

/** Counts from now on the looks at the items of an arena's groupings, copies word by word included. To be called before the first item. */
export function countItemLooks(arena: { segments: Uint32Array[]; halves: Uint16Array[] }): Looks {
  const looks = { count: 0 };
  for (const arrays of [arena.segments, arena.halves] as (Uint32Array | Uint16Array)[][]) {
    const { push } = arrays;
    arrays.push = (...added) => push.apply(arrays, added.map((array) => counted(array, looks)));
  }
  return looks;
}

/** The same of the records of a grouping's keys, as long as they do not outgrow their array. */
export function countRecordLooks({ times }: Grouping, looks: Looks): void {
  times.records.words = counted(times.records.words, looks);
}

function counted<T extends Uint32Array | Uint16Array>(array: T, looks: Looks): T {
  return new Proxy(array, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') {
        if (typeof value === 'number') looks.count++;
        return value;
      }
      return (...given: unknown[]): unknown => {
        if (name === 'copyWithin') looks.count += Number(given[2]) - Number(given[1]);
        if (name === 'set') looks.count += (given[0] as ArrayLike<number>).length;
        return Reflect.apply(value, target, given);
      };
    },
    set(target, name, value) {
      looks.count++;
      return Reflect.set(target, name, value, target);
    },
  });
}
