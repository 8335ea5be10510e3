import type { z } from 'zod';
import { likelyMeant } from '../../alerts/rules/likely-meant.ts';
import { CHANNELS } from '../../core/feedback.ts';
import { ATTRIBUTE_KEY_CHARS_MAX } from './limits.ts';
import { RATING_WORDS } from './rating-words.ts';

export const REJECTION_CODES = [
  'invalid_json', 'not_an_object', 'missing_field', 'empty_field', 'wrong_type', 'too_long', 'too_many', 'out_of_range', 'not_in_list',
  'invalid_format', 'invalid_time', 'time_in_future', 'time_too_old', 'unknown_field', 'duplicate_field',
] as const;
type RejectionCode = (typeof REJECTION_CODES)[number];

/** Why one item was refused. Never repeats what the sender wrote, which may be personal. */
export interface Rejection {
  code: RejectionCode;
  /** Path of the field, as `customer.phone` or `tags[2]`; empty when it is the item as a whole. */
  field: string;
  /** A sentence. */
  message: string;
}

/** The first thing that is wrong, in words. `input` is what the schema refused. */
export function explainIssue(issue: z.core.$ZodIssue, input: unknown): Rejection {
  const field = fieldPath(issue.path);
  const given = valueAt(input, issue.path);
  if (field === '') return { code: 'not_an_object', field, message: `An item must be a JSON object, not ${typeName(given)}.` };
  switch (issue.code) {
    case 'invalid_type':
      if (given === undefined) return { code: 'missing_field', field, message: `${field} is missing.` };
      if (issue.expected === 'int') return { code: 'out_of_range', field, message: `${field} must be a whole number.` };
      return { code: 'wrong_type', field, message: `${field} must be ${article(issue.expected)}, not ${typeName(given)}.` };
    case 'invalid_value':
      if (given === undefined) return { code: 'missing_field', field, message: `${field} is missing. It is one of ${CHANNELS.join(', ')}.` };
      if (typeof given !== 'string') return { code: 'wrong_type', field, message: `${field} must be a string, not ${typeName(given)}.` };
      return notInList(field, given, issue.values.map(String));
    case 'too_big':
      if (issue.origin === 'string') return { code: 'too_long', field, message: `${field} has more than ${Number(issue.maximum).toLocaleString('en-US')} characters.` };
      if (issue.origin === 'array') return { code: 'too_many', field, message: `${field} has more than ${String(issue.maximum)} entries.` };
      return { code: 'out_of_range', field, message: `${field} must be at most ${String(issue.maximum)}.` };
    case 'too_small':
      if (issue.origin === 'string') return { code: 'empty_field', field, message: `${field} is empty.` };
      return { code: 'out_of_range', field, message: `${field} must be at least ${String(issue.minimum)}.` };
    case 'invalid_format':
      return { code: 'invalid_format', field, message: `${field} may have letters A to Z, digits, dots, underlines and hyphens, and begins with a letter or a digit.` };
    case 'invalid_union':
      return explainUnion(field, given);
    case 'invalid_key':
      return { code: 'too_long', field: 'attributes', message: `A name under attributes is empty or longer than ${ATTRIBUTE_KEY_CHARS_MAX} characters.` };
    default:
      return { code: 'wrong_type', field, message: `${field} is not as it must be.` };
  }
}

/** With what was most likely meant: a word of the list, so that nothing of what was sent is repeated. */
function notInList(field: string, given: string, values: readonly string[]): Rejection {
  const close = likelyMeant(field, given);
  return { code: 'not_in_list', field, message: `${field} must be one of ${values.join(', ')}${close === null ? '.' : `; did you mean ${close}?`}` };
}

function explainUnion(field: string, given: unknown): Rejection {
  if (field === 'rating') return explainRating(given);
  return { code: 'wrong_type', field, message: `${field} must be a string, a number, true, false or null, not ${typeName(given)}.` };
}

export function explainRating(given: unknown): Rejection {
  const words = Object.keys(RATING_WORDS).join(', ');
  if (typeof given === 'number') return { code: 'out_of_range', field: 'rating', message: 'rating must be a whole number from 1 to 5.' };
  if (typeof given === 'string') return { code: 'not_in_list', field: 'rating', message: `rating must be a number from 1 to 5 or one of: ${words}.` };
  return { code: 'wrong_type', field: 'rating', message: `rating must be a number or a string, not ${typeName(given)}.` };
}

function fieldPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  return article(typeof value);
}

function article(type: string): string {
  const name = type === 'record' ? 'object' : type;
  return /^[aeiou]/u.test(name) ? `an ${name}` : `a ${name}`;
}
