import { z } from 'zod';
import { cleanText } from '../../admission/clean-text.ts';
import { TEXT_CHARS_MAX } from '../../admission/limits.ts';
import { JSON_TYPE, jsonReply, readJsonBody, type Route } from '../route.ts';
import type { Scores } from '../services.ts';
import { scoreSchema } from './answer-schemas.ts';

const SCORE_TEXTS_MAX = 256;
/** More than may be kept: whoever pastes a whole document gets an answer. */
const SCORE_TEXT_CHARS_MAX = 200_000;

/** Models read both ends of a long text; the middle stays here. */
function bothEnds(text: string): string {
  return text.length <= TEXT_CHARS_MAX ? text : text.slice(0, TEXT_CHARS_MAX / 2) + text.slice(-TEXT_CHARS_MAX / 2);
}

const scoreBody = z.strictObject({
  texts: z.array(z.string().overwrite(cleanText).max(SCORE_TEXT_CHARS_MAX)).min(1).max(SCORE_TEXTS_MAX),
});

export function scoreRoute(scores: Scores): Route {
  return {
    method: 'POST',
    path: '/v1/score',
    accepts: [JSON_TYPE],
    operation: {
      id: 'score',
      summary: 'What the model says of texts; nothing is kept',
      tag: 'scoring',
      body: { [JSON_TYPE]: scoreBody },
      answers: { 200: { description: 'Results in the order of the texts.', content: { [JSON_TYPE]: z.object({ model: z.string(), results: z.array(scoreSchema) }) } } },
      errors: ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'overloaded', 'scorer_unavailable', 'draining'],
    },
    async handle(request) {
      return jsonReply(200, await scores.score(readJsonBody(scoreBody, request).texts.map(bothEnds)));
    },
  };
}
