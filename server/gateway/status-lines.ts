import { STATUS_CODES } from 'node:http';

/** `202 Accepted`, by status. */
export const STATUS_LINES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(STATUS_CODES).map(([status, reason]) => [status, `${status} ${reason}`]),
);
