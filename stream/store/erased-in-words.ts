import type { Erased } from './erase-customer.ts';

/** What an erasure at `atMs` found, and what it will find, in one English sentence for a person. Pure. */
export function erasedInWords({ items, alertEvents, pages }: Erased, atMs: number): string {
  return `${items} items, ${alertEvents} alert events and ${pages} pages hold nothing of this customer any more. What was accepted up to ${new Date(atMs).toISOString()} and is not stored yet is erased when it is stored.`;
}
