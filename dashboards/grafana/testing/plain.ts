/** Numbers as numbers, however the engine writes them; floats to nine digits, for sums in another order differ in the last. */
export function plain(value: unknown): string | number | null {
  if (value === null) return null;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' ? Number(number.toPrecision(9)) : String(value);
}
