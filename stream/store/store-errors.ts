import { TocsinError } from '../../core/errors.ts';

/**
 * Error types by which ClickHouse says that the rows themselves are wrong: the same rows fail again for ever.
 * Everything else (away, overloaded, out of memory, disk full, table missing) may pass, so it is worth another try.
 */
const REFUSED_ROWS: ReadonlySet<string> = new Set([
  'CANNOT_PARSE_TEXT', 'CANNOT_PARSE_ESCAPE_SEQUENCE', 'CANNOT_PARSE_QUOTED_STRING', 'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  'CANNOT_PARSE_DATE', 'CANNOT_PARSE_DATETIME', 'CANNOT_PARSE_NUMBER', 'CANNOT_PARSE_BOOL', 'CANNOT_READ_ARRAY_FROM_TEXT',
  'CANNOT_READ_ALL_DATA', 'CANNOT_CONVERT_TYPE', 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN', 'INCORRECT_DATA', 'TYPE_MISMATCH',
  'ARGUMENT_OUT_OF_BOUND', 'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE', 'TOO_LARGE_STRING_SIZE', 'TOO_LARGE_ARRAY_SIZE',
]);

/** What ClickHouse answers when the caller's settings or credentials are wrong: waiting does not help, but a person can. */
const WRONG_SETUP: ReadonlySet<string> = new Set([
  'AUTHENTICATION_FAILED', 'REQUIRED_PASSWORD', 'WRONG_PASSWORD', 'UNKNOWN_USER', 'ACCESS_DENIED', 'READONLY',
]);

/** What ClickHouse answers on a full disk. */
const NO_ROOM: ReadonlySet<string> = new Set(['NOT_ENOUGH_SPACE', 'CANNOT_WRITE_TO_FILE_DESCRIPTOR', 'CANNOT_FSYNC', 'CANNOT_TRUNCATE_FILE']);

/**
 * Turns what the client threw into an error with a stable code, judged by ClickHouse's error type and never by the
 * message. The message of refused rows quotes them, so it is left out of the sentence and of `cause`.
 */
export function toStoreError(error: unknown, place: string): TocsinError {
  if (error instanceof TocsinError) return error;
  const type = answeredType(error);
  if (type !== undefined) {
    if (REFUSED_ROWS.has(type)) return new TocsinError('rows_refused', `ClickHouse refuses the rows: ${type}.`);
    const hint = WRONG_SETUP.has(type) ? ' Check the user, the password and the rights in CLICKHOUSE_URL.' : NO_ROOM.has(type) ? ' Its disk is full, or nearly so: what waits is kept on the log until there is room.' : '';
    return new TocsinError('store_unavailable', `ClickHouse at ${place} answers ${type}.${hint}`, { retryable: true, cause: error });
  }
  const reason = systemCode(error) ?? 'no usable answer';
  return new TocsinError('store_unavailable', `ClickHouse at ${place} cannot be reached: ${reason}.`, { retryable: true, cause: error });
}

/**
 * The type of an answer from ClickHouse itself, such as UNKNOWN_TABLE. Told by shape: the embedded engine's connection
 * throws the error class of its own copy of the client's package.
 */
export function answeredType(error: unknown): string | undefined {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** Such as ECONNREFUSED. */
function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
