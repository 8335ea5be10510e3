import { z } from 'zod';
import { erasureAnswer } from '../erasure-answer.ts';
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
