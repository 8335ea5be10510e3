import { z } from 'zod';

export const erasureAnswer = z.object({
  items: z.int().describe('Stored items that were the customer\'s; 0 where none is stored, or they were erased before.'),
  alertEvents: z.int().describe('Alert events that quoted one.'),
  pages: z.int().describe('Pages that quoted one.'),
  acceptedUpTo: z.iso.datetime().describe('What was accepted up to then and is not stored yet is erased when it is stored.'),
  detail: z.object({ zh: z.string(), en: z.string() }).describe('The same in a sentence.'),
});

/** What an erasure found in the store, and up to when what is still on its way will be erased. */
export type ErasureAnswer = z.infer<typeof erasureAnswer>;
