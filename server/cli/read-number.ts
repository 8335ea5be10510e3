import { InvalidArgumentError } from 'commander';

/** A positive number given on the command line. */
export function readNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
