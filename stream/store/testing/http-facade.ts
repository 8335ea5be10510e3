import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { embeddedClient } from './in-process.ts';

/** What a test commands the next request that matches to do. */
export interface HttpFault {
  matches: RegExp;
  /** `answer-never` runs the statement first: a time-out after the commit. */
  kind: 'refuse-connection' | 'answer-never' | 'bad-gateway';
}

export interface HttpFacade {
  url: string;
  faults: HttpFault[];
  /** Statements as they came, without data. */
  statements: string[];
  stop(): Promise<void>;
}

/**
 * The part of ClickHouse's HTTP interface that the client uses, in front of the embedded engine: statement in `query`
 * or in the body, `param_*`, errors as `Code: N. DB::Exception: … (TYPE)` with their header. Basic authentication.
 */
export async function startHttpFacade(enginePath: string, credentials: { user: string; password: string }): Promise<HttpFacade> {
  const faults: HttpFault[] = [];
  const statements: string[] = [];
  const engine = embeddedClient(enginePath);
  const expected = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (request.headers.authorization !== expected) return fail(response, 403, 'Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)');
    const search = new URL(request.url ?? '/', 'http://facade').searchParams;
    const inUrl = search.get('query');
    const statement = inUrl ?? body.toString('utf8');
    statements.push(statement);
    const fault = takeFault(faults, statement);
    if (fault === 'refuse-connection') return void request.socket.destroy();
    if (fault === 'bad-gateway') return void response.writeHead(502).end('<html>Bad gateway</html>');
    try {
      const parameters = Object.fromEntries([...search].filter(([name]) => name.startsWith('param_')).map(([name, value]) => [name.slice(6), unescapeTsv(value)]));
      const values = inUrl === null ? {} : { values: Readable.from([body], { objectMode: false }) };
      const result = await engine.exec({ query: statement, query_params: parameters, ...values });
      const bytes = await buffer(result.stream);
      if (fault === 'answer-never') return;
      response.writeHead(200).end(bytes);
    } catch (error) {
      fail(response, 500, describe(error));
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@127.0.0.1:${port}`;
  return { url, faults, statements, stop: () => stop(server).then(() => engine.close()) };
}

function takeFault(faults: HttpFault[], statement: string): HttpFault['kind'] | undefined {
  const at = faults.findIndex((fault) => fault.matches.test(statement));
  return at < 0 ? undefined : faults.splice(at, 1)[0]?.kind;
}

function fail(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'X-ClickHouse-Exception-Code': /Code: (\d+)/.exec(text)?.[1] ?? '1000' }).end(text);
}

/** The engine's error text was taken apart by its own client; the wire carries it whole. */
function describe(error: unknown): string {
  const { code, type, message } = error as { code?: string; type?: string; message: string };
  return `Code: ${code ?? 1000}. DB::Exception: ${message} (${type ?? 'UNKNOWN_EXCEPTION'})`;
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', f: '\f' };

function unescapeTsv(value: string): string {
  return value.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
