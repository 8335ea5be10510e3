import type { GroupKey } from '../../../core/alert.ts';

export interface NamedGroup {
  workspace: string;
  group: GroupKey;
}

/** Numbers for groups that no grouping counts, from 0 on; one that is free again is used first. */
export class NamedGroups {
  readonly #groups = new Map<number, NamedGroup>();
  readonly #numbers = new Map<string, number>();

  constructor(saved: readonly (readonly [number, NamedGroup])[] = []) {
    for (const [key, group] of saved) this.#set(key, group);
  }

  /** Made where there is none. */
  keyOf(group: NamedGroup): number {
    const known = this.#numbers.get(nameOf(group));
    if (known !== undefined) return known;
    let key = 0;
    while (this.#groups.has(key)) key++;
    this.#set(key, group);
    return key;
  }

  get(key: number): NamedGroup {
    return this.#groups.get(key)!;
  }

  forget(key: number): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    this.#groups.delete(key);
    this.#numbers.delete(nameOf(group));
  }

  entries(): IterableIterator<[number, NamedGroup]> {
    return this.#groups.entries();
  }

  save(): [number, NamedGroup][] {
    return [...this.#groups];
  }

  #set(key: number, group: NamedGroup): void {
    this.#groups.set(key, group);
    this.#numbers.set(nameOf(group), key);
  }
}

function nameOf({ workspace, group }: NamedGroup): string {
  return JSON.stringify([workspace, ...Object.values(group)]);
}
