/** Lengths in UTF-16 code units, counted after cleaning and trimming. */
export const TEXT_CHARS_MAX = 20_000;
/** `id`, `parentId`, `order`, `ticket` and `customer.id`. */
export const IDENTIFIER_CHARS_MAX = 128;
export const WORKSPACE_CHARS_MAX = 64;
/** `product`, `agent`, `store`, `region`, `customer.tier`, `customer.group`, `customer.region`. */
export const LABEL_CHARS_MAX = 200;
export const NAME_CHARS_MAX = 100;
export const PHONE_CHARS_MAX = 40;
export const TAGS_MAX = 32;
export const TAG_CHARS_MAX = 64;
/** Given under `attributes` and kept from unknown fields, together. */
export const ATTRIBUTES_MAX = 32;
export const ATTRIBUTE_KEY_CHARS_MAX = 64;
export const ATTRIBUTE_CHARS_MAX = 1_000;
/** A year. */
export const WAIT_SECONDS_MAX = 31_536_000;
/** How far ahead of the gateway's clock a sender's clock may run. */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;
/** 2000-01-01T00:00:00Z: earlier times are broken clocks and empty database columns. */
export const CREATED_AT_MIN_MS = 946_684_800_000;
