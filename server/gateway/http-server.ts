import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { type ErrorCode, TocsinError } from '../../core/errors.ts';
import type { Telemetry, TelemetryEvent } from '../../core/telemetry.ts';
import { type MediaType, mediaType, unsupported } from './media-type.ts';
import { PROBLEM_TYPE, retryAfterSeconds, toProblem } from './problem.ts';
import { BodyReader, type BodyLimits, type BodyRefusal } from './read-body.ts';
import type { Method, Reply, Route } from './route.ts';
import { prefersChinese } from '../words/prefers-chinese.ts';
import { ServerToken } from './server-token.ts';
import { STATUS_LINES } from './status-lines.ts';
import { isStream, NOTHING, writePieces } from './write-stream.ts';

export interface HttpLimits extends BodyLimits {
  /** Requests whose answer is not written yet. */
  requestsInFlightMax: number;
}

export interface GatewayLogger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface HttpServerOptions {
  routes: readonly Route[];
  limits: HttpLimits;
  telemetry: Telemetry;
  logger: GatewayLogger;
  /** Bearer token that calls which change something must carry; absent, they are open. */
  authToken?: string;
}

interface Exchange {
  route: Route;
  method: string;
  response: HttpResponse;
  startedMs: number;
  /** The client went away, or the answer is written: the response must not be touched. */
  over: boolean;
  headOnly: boolean;
  /** As the client writes it; read while the request is there, for its errors. */
  acceptLanguage: string;
  stopReading: () => void;
}

/** A larger body is not even read to its end before the connection is closed. */
const DISCARDED_BODIES = 4;

/**
 * Serves routes over uWebSockets.js: reads bodies within limits, turns errors into problem documents, counts what is in
 * flight. Every route is also reached by HEAD where it has GET; a known path by another method answers 405 with Allow,
 * an unknown path 404.
 */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #bodies: BodyReader;
  readonly #token: ServerToken | undefined;
  #inFlight = 0;
  #draining = false;
  #idle: (() => void)[] = [];

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#bodies = new BodyReader(options.limits);
    this.#token = options.authToken === undefined ? undefined : new ServerToken(options.authToken);
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  register(app: TemplatedApp): void {
    const methodsByPath = new Map<string, Method[]>();
    for (const route of this.#options.routes) {
      const pattern = toPattern(route.path);
      methodsByPath.set(pattern, [...(methodsByPath.get(pattern) ?? []), route.method]);
      const params = paramCount(route.path);
      const handle = (headOnly: boolean) => (response: HttpResponse, request: HttpRequest) => this.#handle({ route, response, request, params, headOnly });
      switch (route.method) {
        case 'GET':
          app.get(pattern, handle(false)).head(pattern, handle(true));
          break;
        case 'POST':
          app.post(pattern, handle(false));
          break;
        case 'PUT':
          app.put(pattern, handle(false));
          break;
        case 'DELETE':
          app.del(pattern, handle(false));
          break;
      }
    }
    for (const [pattern, methods] of methodsByPath) {
      const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
      app.any(pattern, (response, request) => this.#handleError({ response, request, path: pattern }, new TocsinError('method_not_allowed', `This address takes ${allow}.`), { allow }));
    }
    app.any('/*', (response, request) => this.#handleError({ response, request, path: '/*' }, new TocsinError('not_found', 'There is nothing at this address. /openapi.json lists what there is.')));
  }

  start(): void {
    this.#bodies.start();
  }

  stop(): void {
    this.#bodies.stop();
  }

  /** From now on new requests are answered `draining`. Resolves when every older one is answered, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#idle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #handle({ route, response, request, params, headOnly }: { route: Route; response: HttpResponse; request: HttpRequest; params: number; headOnly: boolean }): void {
    const exchange: Exchange = { route, method: headOnly ? 'HEAD' : route.method, response, startedMs: performance.now(), over: false, headOnly, acceptLanguage: request.getHeader('accept-language'), stopReading: () => undefined };
    this.#inFlight += 1;
    response.onAborted(() => this.#abort(exchange));
    const contentType = mediaType(request.getHeader('content-type'));
    const declaredBytes = Number(request.getHeader('content-length') || 0);
    const refusal = this.#refuse(exchange, request, { contentType, declaredBytes });
    if (refusal !== undefined) {
      this.#writeError(exchange, refusal, { close: declaredBytes > DISCARDED_BODIES * this.#options.limits.bodyBytesMax });
      return;
    }
    const rest = {
      params: params === 0 ? NO_PARAMS : readParams(request, route.path, params),
      query: route.accepts === undefined ? request.getQuery() ?? '' : '',
      contentType: contentType.type,
      ...(route.operation === undefined ? { ifNoneMatch: request.getHeader('if-none-match'), accept: request.getHeader('accept'), acceptLanguage: exchange.acceptLanguage } : NO_HEADERS),
    };
    if (rest.params === null) return this.#writeError(exchange, new TocsinError('invalid_request', 'The address holds a % that begins no valid escape.'));
    const { params: decoded } = rest;
    if (route.accepts === undefined) return this.#run(exchange, { ...rest, params: decoded, body: NO_BYTES });
    exchange.stopReading = this.#bodies.read(response, {
      done: (body) => this.#run(exchange, { ...rest, params: decoded, body }),
      refused: (reason) => this.#refuseBody(exchange, reason),
    });
  }

  /** Why this request is not served, judged by its head alone. */
  #refuse(exchange: Exchange, request: HttpRequest, { contentType, declaredBytes }: { contentType: MediaType; declaredBytes: number }): TocsinError | undefined {
    const { route } = exchange;
    const { limits } = this.#options;
    if (this.#draining && route.whileDraining !== true) {
      return new TocsinError('draining', 'The server is shutting down; another one may take this.', { retryable: true });
    }
    if (this.#inFlight > limits.requestsInFlightMax) {
      return new TocsinError('overloaded', 'Too many requests are being served; send this again in a moment.', { retryable: true });
    }
    const unauthorized = route.method === 'GET' || route.isOpen === true ? undefined : this.#token?.faultOf(request.getHeader('authorization'));
    if (unauthorized !== undefined) return unauthorized;
    if (route.accepts === undefined) return undefined;
    if (!route.accepts.includes(contentType.type) || !contentType.isUtf8) return unsupported(route.accepts, contentType);
    if (declaredBytes > limits.bodyBytesMax) {
      return bodyTooLarge(limits.bodyBytesMax);
    }
    return undefined;
  }

  #refuseBody(exchange: Exchange, reason: BodyRefusal): void {
    const { limits } = this.#options;
    switch (reason) {
      case 'too-large':
        return this.#writeError(exchange, bodyTooLarge(limits.bodyBytesMax));
      case 'too-slow':
        return this.#writeError(exchange, new TocsinError('request_timeout', `The body did not arrive within ${limits.bodyWithinMs / 1000} seconds.`), { close: true });
      case 'overloaded':
        return this.#writeError(exchange, new TocsinError('overloaded', 'Too many bodies are being read; send this again in a moment.', { retryable: true }));
    }
  }

  #run(exchange: Exchange, request: Parameters<Route['handle']>[0]): void {
    let reply: Reply | Promise<Reply>;
    try {
      reply = exchange.route.handle(request);
    } catch (error) {
      return this.#writeError(exchange, error);
    }
    if (reply instanceof Promise) {
      reply.then((ready) => this.#write(exchange, ready), (error: unknown) => this.#writeError(exchange, error));
    } else {
      this.#write(exchange, reply);
    }
  }

  /** For requests that no route takes. */
  #handleError(at: { response: HttpResponse; request: HttpRequest; path: string }, error: TocsinError, headers: Record<string, string> = {}): void {
    const method = at.request.getCaseSensitiveMethod();
    const route: Route = { method: 'GET', path: at.path, handle: () => NO_REPLY };
    const exchange: Exchange = { route, method: KNOWN_METHODS.has(method) ? method : 'other', response: at.response, startedMs: performance.now(), over: false, headOnly: method === 'HEAD', acceptLanguage: at.request.getHeader('accept-language'), stopReading: () => undefined };
    this.#inFlight += 1;
    at.response.onAborted(() => this.#abort(exchange));
    this.#writeError(exchange, error, { headers });
  }

  #writeError(exchange: Exchange, error: unknown, options: { close?: boolean; headers?: Record<string, string> } = {}): void {
    const language = prefersChinese(exchange.acceptLanguage) ? 'zh' : 'en';
    const problem = toProblem(error, language);
    if (problem.code === 'internal') this.#options.logger.error({ err: error, route: exchange.route.path }, 'a request ended in an internal error');
    const refused = REFUSALS[problem.code];
    if (refused !== undefined) this.#options.telemetry({ kind: 'request-refused', reason: refused });
    const retryAfter = retryAfterSeconds(problem.code);
    const headers = {
      'content-language': language === 'zh' ? 'zh-CN' : 'en',
      vary: 'Accept-Language',
      ...options.headers,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(problem.code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
    };
    this.#write(exchange, { status: problem.status, contentType: PROBLEM_TYPE, body: JSON.stringify(problem), headers }, { close: options.close === true || problem.code === 'draining' });
  }

  #write(exchange: Exchange, reply: Reply, { close }: { close: boolean } = { close: this.#draining }): void {
    if (exchange.over) return;
    exchange.stopReading();
    const { response } = exchange;
    response.cork(() => {
      response.writeStatus(STATUS_LINES[reply.status] ?? String(reply.status));
      if (reply.contentType !== '') response.writeHeader('content-type', reply.contentType);
      // Answers to POST are not kept by anybody, and each header is another crossing into native code.
      if (exchange.route.method === 'GET') {
        response.writeHeader('x-content-type-options', 'nosniff');
        if (reply.headers?.['cache-control'] === undefined) response.writeHeader('cache-control', 'no-store');
      }
      for (const name in reply.headers) response.writeHeader(name, reply.headers[name] ?? '');
      if (isStream(reply.body)) return;
      if (reply.status === 204 || reply.status === 304) response.endWithoutBody(undefined, close);
      else if (exchange.headOnly) response.endWithoutBody(Buffer.byteLength(reply.body), close);
      else response.end(reply.body, close);
    });
    if (!isStream(reply.body)) return this.#finish(exchange, reply.status);
    const broken = (err: unknown): void => this.#options.logger.error({ err, route: exchange.route.path }, 'an answer was broken off');
    void writePieces(exchange, exchange.headOnly ? NOTHING : reply.body, { broken, close }).then(() => exchange.over || this.#finish(exchange, reply.status));
  }

  #abort(exchange: Exchange): void {
    if (exchange.over) return;
    exchange.stopReading();
    this.#finish(exchange, CLIENT_CLOSED_REQUEST);
  }

  #finish(exchange: Exchange, status: number): void {
    exchange.over = true;
    this.#inFlight -= 1;
    this.#options.telemetry({ kind: 'request-finished', route: exchange.route.path, method: exchange.method, status, durationMs: performance.now() - exchange.startedMs });
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}

/** Refusals that say something about the load and not about a request's content. */
const REFUSALS: Partial<Record<ErrorCode, Extract<TelemetryEvent, { kind: 'request-refused' }>['reason']>> = {
  overloaded: 'overloaded', draining: 'draining', log_unavailable: 'log-unavailable', body_too_large: 'too-large', batch_too_large: 'too-large', request_timeout: 'timeout',
};
const NO_PARAMS: readonly string[] = [];
const NO_HEADERS = { ifNoneMatch: '', accept: '', acceptLanguage: '' } as const;
const NO_BYTES = new Uint8Array(0);
const NO_REPLY: Reply = { status: 404, contentType: '', body: '' };
const KNOWN_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT']);
/** No status of HTTP; as nginx writes it into its log. */
const CLIENT_CLOSED_REQUEST = 499;

function bodyTooLarge(bytesMax: number): TocsinError {
  return new TocsinError('body_too_large', `The body is larger than ${bytesMax.toLocaleString('en-US')} bytes. Nothing of it was taken: send it in parts.`);
}

function toPattern(path: string): string {
  return path.replace(/\{(\w+)\}/gu, ':$1');
}

function paramCount(path: string): number {
  return path.endsWith('*') ? 1 : path.split('{').length - 1;
}

/** Null for an escape that is none. */
function readParams(request: HttpRequest, path: string, count: number): string[] | null {
  const raw = path.endsWith('*') ? [request.getUrl().slice(path.length - 1)] : Array.from({ length: count }, (_, index) => request.getParameter(index) ?? '');
  try {
    return raw.map(decodeURIComponent);
  } catch {
    return null;
  }
}
