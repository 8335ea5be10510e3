import { z } from 'zod';
import { JSON_TYPE, jsonReply, readQuery, type Route } from '../route.ts';
import type { Customers } from '../services.ts';
import { workspace } from './query-fields.ts';

const ID_CHARS_MAX = 200;
const eraseQuery = z.object({ workspace });

export function customerRoute(customers: Customers): Route {
  return {
    method: 'DELETE',
    path: '/v1/customers/{id}',
    operation: {
      id: 'eraseCustomer',
      summary: 'Erase a customer from the store',
      description: 'Texts, names, numbers and ids of the customer go; counts stay, without the person. Noted in the audit table under a hash of the id. Repeating it is harmless.',
      tag: 'feedback',
      params: { id: 'The customer\'s id as it was posted.' },
      query: eraseQuery,
      answers: { 200: { description: 'It is done.', content: { [JSON_TYPE]: z.object({ items: z.int().describe('Items that were the customer\'s.'), alertEvents: z.int().describe('Alert events that quoted one.'), pages: z.int().describe('Pages that quoted one.') }) } } },
      errors: ['invalid_request', 'unauthorized', 'not_found', 'store_unavailable', 'draining'],
    },
    async handle({ params: [id = ''], query }) {
      return jsonReply(200, await customers.erase(readQuery(eraseQuery, query).workspace, id.slice(0, ID_CHARS_MAX)));
    },
  };
}
