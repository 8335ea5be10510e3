/**
 * Every coded error, with its HTTP status where it can reach a client.
 * docs/errors.md lists the same codes; a test holds both against each other.
 */
export const ERROR_CODES = {
  // what a client sent
  invalid_json: 400,
  invalid_request: 400,
  empty_batch: 400,
  batch_too_large: 413,
  body_too_large: 413,
  unsupported_media_type: 415,
  unauthorized: 401,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  model_refused: 409,
  request_timeout: 408,
  // what is going on inside
  overloaded: 429,
  log_unavailable: 503,
  store_unavailable: 503,
  scorer_unavailable: 503,
  notifier_unavailable: 503,
  page_lost: 409,
  counter_unavailable: 503,
  draining: 503,
  internal: 500,
  // what an operator set up
  invalid_setting: 500,
  invalid_channel: 400,
  invalid_rule: 400,
  port_in_use: 500,
  data_dir_unusable: 500,
  node_unsupported: 500,
  nats_server_missing: 500,
  nats_server_failed: 500,
  model_corrupt: 500,
  migration_failed: 500,
  snapshot_too_new: 500,
  incidents_lost: 500,
  rows_refused: 500,
  frame_corrupt: 500,
  input_unreadable: 400,
  server_unreachable: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorOptions {
  /** True when the same call may succeed later. */
  retryable?: boolean;
  cause?: unknown;
}

/** An error that a person or a program can act on: a stable code and a sentence without secrets. */
export class TocsinError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'TocsinError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }

  get status(): number {
    return ERROR_CODES[this.code];
  }
}
