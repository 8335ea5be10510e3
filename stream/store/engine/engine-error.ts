/** An answer that says no, as ClickHouse's HTTP interface words it. */
export class EngineError extends Error {
  /** ClickHouse's number, such as 164. */
  readonly number: number;
  /** ClickHouse's name, such as READONLY. */
  readonly type: string;

  constructor(number: number, type: string, message: string) {
    super(message);
    this.name = 'EngineError';
    this.number = number;
    this.type = type;
  }

  /** The body of the answer. */
  text(version: string): string {
    return `Code: ${this.number}. DB::Exception: ${this.message} (${this.type}) (version ${version})\n`;
  }

  get status(): number {
    return STATUS_BY_TYPE[this.type] ?? 500;
  }
}

/** As ClickHouse's own server maps them. */
const STATUS_BY_TYPE: Record<string, number> = {
  SYNTAX_ERROR: 400, BAD_ARGUMENTS: 400, UNKNOWN_SETTING: 400, TYPE_MISMATCH: 400, CANNOT_PARSE_TEXT: 400, CANNOT_PARSE_INPUT_ASSERTION_FAILED: 400,
  BAD_QUERY_PARAMETER: 400, UNKNOWN_FORMAT: 400, QUERY_IS_TOO_LARGE: 413,
  AUTHENTICATION_FAILED: 403, READONLY: 403, ACCESS_DENIED: 403, FUNCTION_NOT_ALLOWED: 403,
  UNKNOWN_TABLE: 404, UNKNOWN_DATABASE: 404, UNKNOWN_IDENTIFIER: 404, UNKNOWN_FUNCTION: 404, UNKNOWN_STORAGE: 404, UNKNOWN_TYPE: 404,
  TIMEOUT_EXCEEDED: 408, TOO_MANY_SIMULTANEOUS_QUERIES: 429, MEMORY_LIMIT_EXCEEDED: 500, NOT_IMPLEMENTED: 501,
};

const SHAPE = /Code:\s*(\d+)\.\s*DB::Exception:\s*([\s\S]*?)\s*\(([A-Z][A-Z0-9_]+)\)\s*(?:\(version[^)]*\)\s*)?$/;

/** Takes apart what the engine threw. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const [, number, message, type] = SHAPE.exec(text.trim()) ?? [];
  if (number === undefined || message === undefined || type === undefined) return new EngineError(1000, 'UNKNOWN_EXCEPTION', text);
  return new EngineError(Number(number), type, message);
}
