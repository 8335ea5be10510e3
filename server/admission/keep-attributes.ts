import type { FeedbackItem } from '../../core/feedback.ts';
import { KNOWN_CUSTOMER_FIELDS, KNOWN_FIELDS } from './feedback-schema.ts';
import { cleanLine } from './clean-text.ts';
import { ATTRIBUTES_MAX, ATTRIBUTE_CHARS_MAX, ATTRIBUTE_KEY_CHARS_MAX } from './limits.ts';
import { maskText } from './mask.ts';
import type { Rejection } from './rejection.ts';

type Attributes = NonNullable<FeedbackItem['attributes']>;
type Scalar = Attributes[string];

export type KeptAttributes = { ok: true; attributes: Attributes | undefined } | { ok: false; rejection: Rejection };

/**
 * The item's attributes, masked, with its unknown fields added: one with a plain value is kept under its name
 * (`customer.` in front for one of the customer's), one with an object or an array is refused.
 * A number that reads as a phone or a card becomes its mask. Undefined when there are none.
 */
export function keepAttributes(input: object, given: Attributes | null | undefined): KeptAttributes {
  const kept = new Map<string, Scalar>();
  if (given !== null && given !== undefined) {
    for (const [key, value] of Object.entries(given)) kept.set(maskText(key), maskScalar(value));
  }
  const refused = keepUnknown(kept, { fields: input, known: KNOWN_FIELDS, prefix: '' })
    ?? keepUnknown(kept, { fields: customerOf(input), known: KNOWN_CUSTOMER_FIELDS, prefix: 'customer.' });
  if (refused !== undefined) return { ok: false, rejection: refused };
  if (kept.size > ATTRIBUTES_MAX) {
    const message = `The item has more than ${ATTRIBUTES_MAX} attributes and unknown fields.`;
    return { ok: false, rejection: { code: 'too_many', field: 'attributes', message } };
  }
  return { ok: true, attributes: kept.size === 0 ? undefined : Object.fromEntries(kept) };
}

function customerOf(input: object): object {
  const customer: unknown = 'customer' in input ? input.customer : undefined;
  return typeof customer === 'object' && customer !== null ? customer : {};
}

interface UnknownFields {
  fields: object;
  known: ReadonlySet<string>;
  prefix: string;
}

function keepUnknown(kept: Map<string, Scalar>, { fields, known, prefix }: UnknownFields): Rejection | undefined {
  for (const key of Object.keys(fields)) {
    if (known.has(key)) continue;
    const name = maskText(cleanLine(`${prefix}${key}`));
    const value: unknown = (fields as Record<string, unknown>)[key];
    const rejection = refuseUnknown(name, value) ?? (kept.has(name) ? repeated(name) : undefined);
    if (rejection !== undefined) return rejection;
    kept.set(name, maskScalar(typeof value === 'string' ? cleanLine(value) : (value as Scalar)));
    if (kept.size > ATTRIBUTES_MAX) return undefined;
  }
  return undefined;
}

function refuseUnknown(name: string, value: unknown): Rejection | undefined {
  if (name === '' || name === '__proto__' || name.length > ATTRIBUTE_KEY_CHARS_MAX) {
    return { code: 'unknown_field', field: '', message: `The item has an unknown field whose name is empty, reserved or longer than ${ATTRIBUTE_KEY_CHARS_MAX} characters.` };
  }
  if (typeof value === 'object' && value !== null) {
    return { code: 'unknown_field', field: name, message: `${name} is not a known field, and an object or an array cannot be kept as an attribute.` };
  }
  if (typeof value === 'string' && value.length > ATTRIBUTE_CHARS_MAX) {
    return { code: 'too_long', field: name, message: `${name} is not a known field, and an attribute has at most ${ATTRIBUTE_CHARS_MAX} characters.` };
  }
  return undefined;
}

function repeated(name: string): Rejection {
  return { code: 'duplicate_field', field: name, message: `${name} is given twice: as an unknown field and under attributes.` };
}

function maskScalar(value: Scalar): Scalar {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'number') return value;
  const written = String(value);
  const masked = maskText(written);
  return masked === written ? value : masked;
}
