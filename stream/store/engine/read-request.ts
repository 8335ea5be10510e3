import type { IncomingMessage } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { EngineError } from './engine-error.ts';

/** One request to ClickHouse's HTTP interface, taken apart. */
export interface EngineRequest {
  /** From the URL, or the body where the URL has none. */
  sql: string;
  /** The body, where the URL holds the statement and there is a body. */
  data: Buffer | null;
  database: string | undefined;
  queryId: string | undefined;
  /** Asked for where the statement names none. */
  format: string | undefined;
  parameters: Map<string, string>;
  /** What is neither a parameter nor of the protocol. */
  settings: Map<string, string>;
  /** Of Native blocks; 0 when the client names none. */
  protocolVersion: number;
  answerEncoding: 'gzip' | 'deflate' | 'br' | null;
}

/** Parts of the protocol, and settings that only an HTTP server has. */
const OF_THE_PROTOCOL = new Set([
  'query', 'database', 'default_format', 'query_id', 'user', 'password', 'quota_key', 'role', 'session_id', 'session_timeout', 'session_check', 'close_session',
  'stacktrace', 'compress', 'decompress', 'client_protocol_version', 'buffer_size', 'wait_end_of_query',
  'send_progress_in_http_headers', 'http_response_buffer_size', 'http_headers_progress_interval_ms', 'http_send_progress_interval_ms', 'enable_http_compression',
  'http_zlib_compression_level', 'http_response_compression_method', 'http_native_compression_disable_checksumming_on_decompress', 'http_write_exception_in_output_format',
  'cancel_http_readonly_queries_on_client_close', 'http_wait_end_of_query', 'http_response_headers', 'http_max_field_value_size',
]);

/** @throws EngineError for a body that is too large, or encoded in a way that is not understood */
export async function readRequest(request: IncomingMessage, bodyBytesMax: number): Promise<EngineRequest> {
  const search = new URL(request.url ?? '/', 'http://engine').searchParams;
  if (search.get('decompress') === '1' || search.get('compress') === '1') {
    throw new EngineError(48, 'NOT_IMPLEMENTED', 'compress and decompress (LZ4 blocks) are not possible here; use gzip by Accept-Encoding with enable_http_compression=1.');
  }
  const body = await readBody(request, bodyBytesMax);
  const inUrl = search.get('query') ?? '';
  const parameters = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of search) {
    if (name.startsWith('param_')) parameters.set(name.slice('param_'.length), value);
    else if (!OF_THE_PROTOCOL.has(name)) settings.set(name, value);
  }
  const header = (name: string): string | undefined => request.headers[name]?.toString();
  return {
    sql: inUrl === '' ? body.toString('utf8') : inUrl,
    data: inUrl === '' || body.length === 0 ? null : body,
    database: search.get('database') ?? header('x-clickhouse-database'),
    queryId: search.get('query_id') ?? header('x-clickhouse-query-id'),
    format: search.get('default_format') ?? header('x-clickhouse-format'),
    parameters,
    settings,
    protocolVersion: Number(search.get('client_protocol_version') ?? 0) || 0,
    answerEncoding: search.get('enable_http_compression') === '1' ? answerEncoding(header('accept-encoding') ?? '') : null,
  };
}

function answerEncoding(accepted: string): EngineRequest['answerEncoding'] {
  const offered = accepted.split(',').map((part) => part.split(';')[0]?.trim());
  return (['gzip', 'br', 'deflate'] as const).find((encoding) => offered.includes(encoding)) ?? null;
}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decoded(request) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new EngineError(62, 'QUERY_IS_TOO_LARGE', `The body is larger than ${bytesMax} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** An encoding that is not known would be taken for data, and a wrongly decoded insert for an empty one. */
function decoded(request: IncomingMessage): AsyncIterable<unknown> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  switch (encoding) {
    case 'identity': return request;
    case 'gzip': return request.pipe(createGunzip());
    case 'deflate': return request.pipe(createInflate());
    case 'br': return request.pipe(createBrotliDecompress());
    default: throw new EngineError(48, 'NOT_IMPLEMENTED', `The content encoding ${JSON.stringify(encoding)} is not known here; gzip, deflate and br are.`);
  }
}
