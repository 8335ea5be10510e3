import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, deflate, gzip } from 'node:zlib';
import type { Answer } from './engine.ts';
import type { EngineError } from './engine-error.ts';
import type { EngineRequest } from './read-request.ts';

/** Of the engine, asked once. */
export interface EngineFacts {
  version: string;
  timeZone: string;
}

const COMPRESS = { gzip: promisify(gzip), deflate: promisify(deflate), br: promisify(brotliCompress) };

/** Formats that the port answers in; the others write files, or read schemas and templates from files. */
const FORMATS = /^(JSON\w*|NDJSON|PrettyJSON\w*|CSV\w*|TSV\w*|TabSeparated\w*|RowBinary\w*|Native|Pretty\w*|Vertical|Values|Markdown|XML|Null|Arrow|ArrowStream|Parquet|LineAsString|MsgPack)$/;

export function isAnswerFormat(format: string): boolean {
  return FORMATS.test(format);
}

export async function writeAnswer(response: ServerResponse, answer: Answer, { format, queryId, facts, encoding }: {
  format: string; queryId: string; facts: EngineFacts; encoding: EngineRequest['answerEncoding'];
}): Promise<void> {
  const bytes = encoding === null ? answer.bytes : await COMPRESS[encoding](answer.bytes);
  response.writeHead(200, {
    ...headers(queryId, facts),
    'Content-Type': contentType(format),
    'Content-Length': bytes.length,
    'X-ClickHouse-Format': format,
    'X-ClickHouse-Summary': summary(answer),
    ...(encoding === null ? {} : { 'Content-Encoding': encoding }),
  }).end(bytes);
}

export function writeRefusal(response: ServerResponse, error: EngineError, { queryId, facts }: { queryId: string; facts: EngineFacts }): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = error.text(facts.version);
  response.writeHead(error.status, {
    ...headers(queryId, facts), 'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': Buffer.byteLength(text), 'X-ClickHouse-Exception-Code': String(error.number),
  }).end(text);
}

function headers(queryId: string, { timeZone }: EngineFacts): Record<string, string> {
  return { 'X-ClickHouse-Query-Id': queryId, 'X-ClickHouse-Timezone': timeZone, 'X-ClickHouse-Server-Display-Name': 'tocsin' };
}

/** What the engine tells after the fact. */
function summary({ rowsRead, bytesRead, elapsedSeconds, bytes }: Answer): string {
  const elapsedNs = Math.max(0, Math.round(elapsedSeconds * 1e9));
  return JSON.stringify({
    read_rows: String(rowsRead), read_bytes: String(bytesRead), written_rows: '0', written_bytes: '0', total_rows_to_read: '0',
    result_rows: '0', result_bytes: String(bytes.length), elapsed_ns: String(elapsedNs),
  });
}

function contentType(format: string): string {
  if (/^(JSON|JSONCompact|JSONStrings|JSONColumns\w*|JSONCompactColumns|PrettyJSON\w*)$/.test(format)) return 'application/json; charset=UTF-8';
  if (/^(JSON\w*EachRow\w*|NDJSON)$/.test(format)) return 'application/x-ndjson; charset=UTF-8';
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8; header=' + (format.includes('WithNames') ? 'present' : 'absent');
  if (/^(TSV|TabSeparated)/.test(format)) return 'text/tab-separated-values; charset=UTF-8';
  return /^(RowBinary|Native|Arrow|Parquet|MsgPack)/.test(format) ? 'application/octet-stream' : 'text/plain; charset=UTF-8';
}
