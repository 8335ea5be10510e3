import { z } from 'zod';
import { CHANNELS } from '../../core/feedback.ts';
import { cleanLine } from './clean-text.ts';
import {
  ATTRIBUTE_CHARS_MAX, ATTRIBUTE_KEY_CHARS_MAX, IDENTIFIER_CHARS_MAX, LABEL_CHARS_MAX, NAME_CHARS_MAX, PHONE_CHARS_MAX,
  TAGS_MAX, TAG_CHARS_MAX, TEXT_CHARS_MAX, WAIT_SECONDS_MAX, WORKSPACE_CHARS_MAX,
} from './limits.ts';
import { RATING_WORDS } from './rating-words.ts';

const line = (charsMax: number) => z.string().overwrite(cleanLine).max(charsMax);
/** `null` and an empty string mean "not given": senders write out every column they have. */
const label = (description: string) => line(LABEL_CHARS_MAX).nullish().describe(description);
const identifier = (description: string) => line(IDENTIFIER_CHARS_MAX).nullish().describe(description);

const scalar = z.union([line(ATTRIBUTE_CHARS_MAX), z.number(), z.boolean(), z.null()]);

const customer = z.object({
  id: identifier('Member id.'),
  name: line(NAME_CHARS_MAX).nullish().describe('Kept as its first character and two stars.'),
  phone: line(PHONE_CHARS_MAX).nullish().describe('Kept with its middle hidden, beside a keyed hash by which the same customer is known again.'),
  tier: label('Membership tier.'),
  group: label('Customer group.'),
  region: label('Where the customer lives.'),
});

/**
 * One piece of feedback as a client sends it. White space at both ends of strings is dropped, control characters but
 * `\n` and `\t` are stripped and lone surrogates become U+FFFD before anything is measured.
 */
export const feedbackSchema = z.object({
  id: line(IDENTIFIER_CHARS_MAX).min(1).nullish()
    .describe('Unique within the workspace. The same id again gets the same answer and counts once; made by the server when absent.'),
  text: z.string().overwrite(cleanLine).min(1).max(TEXT_CHARS_MAX).describe('What the customer said. Phones, identity cards, bank cards and e-mail addresses are masked before anything is stored.'),
  channel: z.enum(CHANNELS).describe('Where it came from.'),
  createdAt: z.string().nullish()
    .describe('When it was said: RFC 3339, or YYYY-MM-DD HH:mm:ss in the time zone of the server. The time of arrival when absent. From the year 2000 to 5 minutes ahead of the server.'),
  workspace: line(WORKSPACE_CHARS_MAX).regex(/^(?:[A-Za-z0-9][A-Za-z0-9._-]*)?$/u).nullish()
    .describe('Company or business unit: letters, digits, dot, underline and hyphen. `default` when absent.'),
  customer: customer.nullish(),
  product: label('Product or service.'),
  order: identifier('Order number.'),
  ticket: identifier('Ticket number.'),
  agent: label('Who served the customer.'),
  store: label('Shop or branch.'),
  region: label('Region that the feedback concerns.'),
  rating: z.union([z.int().min(1).max(5), z.string()]).nullish()
    .describe(`1 (worst) to 5 (best), or one of: ${Object.keys(RATING_WORDS).join(', ')}.`),
  nps: z.int().min(0).max(10).nullish().describe('Likelihood to recommend, 0 to 10.'),
  waitSeconds: z.number().min(0).max(WAIT_SECONDS_MAX).nullish().describe('How long the customer waited, in seconds.'),
  resolved: z.boolean().nullish().describe('Whether the matter was settled.'),
  tags: z.array(line(TAG_CHARS_MAX)).max(TAGS_MAX).nullish(),
  parentId: identifier('Id of the feedback that this one follows.'),
  attributes: z.record(line(ATTRIBUTE_KEY_CHARS_MAX).min(1), scalar).nullish()
    .describe('Anything else, flat. Unknown fields with a plain value are kept here; unknown fields with an object or an array are refused.'),
});

export type FeedbackInput = z.output<typeof feedbackSchema>;
export const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(feedbackSchema.shape));
export const KNOWN_CUSTOMER_FIELDS: ReadonlySet<string> = new Set(Object.keys(customer.shape));
