import { z } from 'zod';
import { JSON_TYPE, jsonReply, readQuery, type Route } from '../route.ts';
import type { Customers } from '../services.ts';
import { workspace } from './query-fields.ts';

const ID_CHARS_MAX = 200;
const eraseQuery = z.object({ workspace });
const erasureAnswer = z.object({
  items: z.int().describe('Stored items that were the customer\'s; 0 where none is stored, or they were erased before.'),
  alertEvents: z.int().describe('Alert events that quoted one.'),
  pages: z.int().describe('Pages that quoted one.'),
  acceptedUpTo: z.iso.datetime().describe('What was accepted up to then and is not stored yet is erased when it is stored.'),
  detail: z.object({ zh: z.string(), en: z.string() }).describe('The same in a sentence.'),
});

/** What an erasure found in the store, and up to when what is still on its way will be erased. */
export type ErasureAnswer = z.infer<typeof erasureAnswer>;

export function customerRoute(customers: Customers): Route {
  return {
    method: 'DELETE',
    path: '/v1/customers/{id}',
    operation: {
      id: 'eraseCustomer',
      summary: 'Erase a customer from the store',
      description: 'Texts, names, numbers and ids of the customer go; counts stay, without the person. Noted in the audit table under a hash of the id. What is accepted and not stored yet is erased when it is stored, so an erasure is taken whether or not anything of the customer is there already. Repeating it is harmless.',
      tag: 'feedback',
      params: { id: 'The customer\'s id as it was posted.' },
      query: eraseQuery,
      answers: { 200: { description: 'What is stored is erased, and the rest will be.', content: { [JSON_TYPE]: erasureAnswer } } },
      errors: ['invalid_request', 'unauthorized', 'store_unavailable', 'draining'],
    },
    async handle({ params: [id = ''], query }) {
      return jsonReply(200, await customers.erase(readQuery(eraseQuery, query).workspace, id.slice(0, ID_CHARS_MAX)));
    },
  };
}
