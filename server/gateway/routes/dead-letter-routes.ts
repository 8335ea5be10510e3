import { z } from 'zod';
import type { Letter } from '../../../stream/dead-letter-box/read-letters.ts';
import { recordInChinese } from '../../words/error-in-chinese.ts';
import { JSON_TYPE, jsonReply, notFound, readQuery, type Operation, type Route } from '../route.ts';
import type { DeadLetters } from '../services.ts';
import { limit } from './query-fields.ts';

const LETTERS_MAX = 1_000;
const CONTENT_CHARS_MAX = 65_536;
const PARAMS = { sequence: 'Number of the letter on the dead-letter log.' };

const letterSchema = z.object({
  sequence: z.int().describe('Its number.'),
  log: z.string().describe('The log on which it stood; `pages/CHANNEL` for a page that this channel refused, or that was given up.'),
  logSequence: z.int(),
  stage: z.string().describe('Who could not process it.'),
  reason: z.string(),
  reasonZh: z.string().describe('The same in Chinese.'),
  atMs: z.int().describe('Milliseconds since the epoch, UTC.'),
  bytes: z.int(),
  replayedAtMs: z.int().nullable().describe('When it was sent on its way again; null until then.'),
});

const lettersQuery = z.object({
  limit: limit(200, LETTERS_MAX),
  state: z.enum(['waiting', 'replayed']).optional().describe('`waiting`: not replayed yet. Absent: both.'),
});

const view = ({ bytes, ...letter }: Letter): z.input<typeof letterSchema> => ({ ...letter, reasonZh: recordInChinese(letter.reason), bytes: bytes.length });

/** What could not be processed: to be looked at, and sent on its way again. */
export function deadLetterRoutes(letters: DeadLetters): Route[] {
  const operation = (rest: Omit<Operation, 'tag'>): Operation => ({ tag: 'operation', ...rest });
  return [
    {
      method: 'GET',
      path: '/v1/dead-letters',
      operation: operation({
        id: 'listDeadLetters', summary: 'What could not be processed, newest first', query: lettersQuery,
        answers: { 200: { description: 'With the reason of each.', content: { [JSON_TYPE]: z.object({ deadLetters: z.array(letterSchema) }) } } },
        errors: ['invalid_request', 'log_unavailable', 'draining'],
      }),
      async handle({ query }) {
        const asked = readQuery(lettersQuery, query);
        const found = (await letters.list()).filter(({ replayedAtMs }) => asked.state === undefined || (asked.state === 'waiting') === (replayedAtMs === null));
        return jsonReply(200, { deadLetters: found.reverse().slice(0, asked.limit).map(view) });
      },
    },
    {
      method: 'GET',
      path: '/v1/dead-letters/{sequence}',
      operation: operation({
        id: 'getDeadLetter', summary: 'One of them, with what it holds', params: PARAMS,
        answers: { 200: { description: `Masked; at most ${CONTENT_CHARS_MAX} characters.`, content: { [JSON_TYPE]: letterSchema.extend({ content: z.string() }) } } },
        errors: ['not_found', 'log_unavailable', 'draining'],
      }),
      async handle({ params: [sequence = ''] }) {
        const letter = await letters.get(numberOf(sequence));
        return jsonReply(200, { ...view(letter), content: new TextDecoder().decode(letter.bytes).slice(0, CONTENT_CHARS_MAX) });
      },
    },
    {
      method: 'POST',
      path: '/v1/dead-letters/{sequence}/replay',
      operation: operation({
        id: 'replayDeadLetter', summary: 'Send one on its way again; harmless when repeated', params: PARAMS,
        answers: { 200: { description: 'How many items are on their way; 1 for a page that is delivered now.', content: { [JSON_TYPE]: z.object({ sequence: z.int(), outcome: z.enum(['replayed', 'already-replayed']), items: z.int() }) } } },
        errors: ['not_found', 'conflict', 'page_lost', 'notifier_unavailable', 'unauthorized', 'overloaded', 'log_unavailable', 'store_unavailable', 'rows_refused', 'draining'],
      }),
      handle: async ({ params: [sequence = ''] }) => jsonReply(200, await letters.replay(numberOf(sequence))),
    },
  ];
}

function numberOf(sequence: string): number {
  if (!/^[1-9]\d{0,14}$/u.test(sequence)) throw notFound('dead letter');
  return Number(sequence);
}
