/** Digits 0 to 9 and a to w: x and y stand around the numbers in ids, and as digits they would make the ids of two senders the same. */
const RADIX = 33;

/** A number as it stands in ids. */
export function inId(number: number): string {
  return number.toString(RADIX);
}

/** Begins the ids of what a sender sends in a scenario. Letters around the numbers, so that none reads as a telephone number. */
export function startOfIds(prefix: string, scenario: string, sender: number): string {
  return `${prefix}-${scenario}-${inId(sender)}y`;
}

/** Id of an item behind the start and the number of its request; `item`: its place in a batch. */
export function idOf(start: string, request: string, item: number | null): string {
  return `${start}${request}x${item === null ? '' : inId(item)}`;
}
