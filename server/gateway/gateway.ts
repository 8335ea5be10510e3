import { z } from 'zod';
import type { TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import { ZonedTime } from '../../alerts/notify/time-text.ts';
import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { buildOpenApi } from '../openapi/build-openapi.ts';
import { type GatewayLogger, type HttpLimits, HttpServer } from './http-server.ts';
import { loadUws, type UwsModule } from './load-uws.ts';
import { alertRoutes } from './routes/alert-routes.ts';
import { backtestRoutes } from './routes/backtest-routes.ts';
import { channelRoutes } from './routes/channel-routes.ts';
import { compareRoute } from './routes/compare-route.ts';
import { countsRoute } from './routes/counts-route.ts';
import { deadLetterRoutes } from './routes/dead-letter-routes.ts';
import { evidencePageRoute } from './routes/evidence-page-route.ts';
import { evidenceRoutes } from './routes/evidence-routes.ts';
import { customerRoute } from './routes/customer-route.ts';
import { exportRoute } from './routes/export-route.ts';
import { feedbackRoutes } from './routes/feedback-routes.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { bookRoutes } from './routes/book-routes.ts';
import { incidentRoutes } from './routes/incident-routes.ts';
import { labelRoutes } from './routes/label-routes.ts';
import { modelRoutes } from './routes/model-routes.ts';
import { linkRoutes } from './routes/link-routes.ts';
import { reconciliationRoute } from './routes/reconciliation-route.ts';
import { ruleRoutes } from './routes/rule-routes.ts';
import { scoreRoute } from './routes/score-route.ts';
import { silenceRoutes } from './routes/silence-routes.ts';
import { statusRoute } from './routes/status-route.ts';
import { JSON_TYPE, type Route } from './route.ts';
import { serveLive } from './serve-live.ts';
import type { GatewayServices } from './services.ts';
import { pageRoutes, type PagesOptions } from './static-pages.ts';

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  bodyBytesMax: 16 * 1024 ** 2,
  bodiesBytesMax: 256 * 1024 ** 2,
  bodyWithinMs: 10_000,
  requestsInFlightMax: 20_000,
};

export interface GatewayOptions {
  host?: string;
  /** 0 takes a free one. */
  port: number;
  services: GatewayServices;
  live: LiveHub;
  clock: Clock;
  telemetry: Telemetry;
  logger: GatewayLogger;
  /** Of the program, for /openapi.json. */
  version: string;
  limits?: Partial<HttpLimits>;
  pages?: PagesOptions;
  authToken?: string;
  /** IANA zone of the times on pages without a script. */
  timeZone: string;
}

export interface Gateway {
  /** Idempotent. Rejects with `port_in_use`. */
  start(): Promise<{ port: number }>;
  /** Takes no new connections and requests, closes the live ones, and waits for those in flight, at most `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
  /** Closes every connection at once. */
  stop(): void;
}

/** Listening on a port that another process of this kind has would succeed and share its connections. */
const EXCLUSIVE_PORT = 1;
type ListenExclusively = (host: string, port: number, options: number, opened: (socket: us_listen_socket | false) => void) => void;

export function createGateway(options: GatewayOptions): Gateway {
  return new UwsGateway(options);
}

class UwsGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #http: HttpServer;
  #app: TemplatedApp | undefined;
  #uws: UwsModule | undefined;
  #socket: us_listen_socket | undefined;
  #starting: Promise<{ port: number }> | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
    this.#http = new HttpServer({
      routes: this.#routes(),
      // One body of the allowed size must fit.
      limits: { ...limits, bodiesBytesMax: Math.max(limits.bodiesBytesMax, limits.bodyBytesMax) },
      telemetry: options.telemetry,
      logger: options.logger,
      ...(options.authToken === undefined ? {} : { authToken: options.authToken }),
    });
  }

  start(): Promise<{ port: number }> {
    this.#starting ??= this.#listen();
    return this.#starting;
  }

  async drain(timeoutMs: number): Promise<void> {
    this.#closeListener();
    this.#options.live.closeAll();
    await this.#http.drain(timeoutMs);
  }

  stop(): void {
    this.#closeListener();
    this.#options.live.closeAll();
    this.#http.stop();
    this.#app?.close();
    this.#app = undefined;
  }

  async #listen(): Promise<{ port: number }> {
    const { host = '127.0.0.1', port, live } = this.#options;
    const uws = loadUws();
    const app = uws.App();
    serveLive(app, live);
    this.#http.register(app);
    const socket = await new Promise<us_listen_socket | false>((resolve) => {
      // The types leave out that options may stand behind a host.
      (app.listen as unknown as ListenExclusively).call(app, host, port, EXCLUSIVE_PORT, resolve);
    });
    if (socket === false) {
      throw new TocsinError('port_in_use', `Port ${port} of ${host} cannot be listened on: another program has it, or it needs other rights. Set TOCSIN_HTTP_PORT to a free one.`);
    }
    this.#http.start();
    [this.#app, this.#uws, this.#socket] = [app, uws, socket];
    return { port: uws.us_socket_local_port(socket) };
  }

  #closeListener(): void {
    if (this.#socket !== undefined) this.#uws?.us_listen_socket_close(this.#socket);
    this.#socket = undefined;
  }

  #routes(): Route[] {
    const { services, pages = { pages: {} }, version } = this.#options;
    const api: Route[] = [
      ...feedbackRoutes(services),
      ...labelRoutes(services.labels),
      exportRoute(services.exports),
      customerRoute(services.customers),
      scoreRoute(services.scores),
      ...modelRoutes(services.models),
      compareRoute(services.comparisons),
      countsRoute(services.counts),
      statusRoute(services.status),
      ...ruleRoutes(services.rules),
      ...backtestRoutes(services.backtests, services.rules),
      ...channelRoutes(services.channels),
      ...alertRoutes(services.alerts),
      ...incidentRoutes(services.desk, () => this.#options.clock.nowMs()),
      ...evidenceRoutes(services.evidence),
      ...silenceRoutes(services, () => this.#options.clock.nowMs()),
      ...bookRoutes(services, () => this.#options.clock.nowMs()),
      ...deadLetterRoutes(services.deadLetters),
      reconciliationRoute(services.reconciliations),
      ...healthRoutes({ health: services.health, metrics: services.metrics, isDraining: () => this.#http.isDraining }),
    ];
    // Made when it is asked for: it takes a twentieth of what a start takes.
    let document: string | undefined;
    const described: Route[] = [...api, openApiRoute(() => (document ??= JSON.stringify(buildOpenApi(described, version))))];
    return [...described, ...linkRoutes(services.links), evidencePageRoute({ links: services.links, evidence: services.evidence, times: new ZonedTime(this.#options.timeZone) }), ...pageRoutes(pages)];
  }
}

function openApiRoute(document: () => string): Route {
  return {
    method: 'GET',
    path: '/openapi.json',
    operation: {
      id: 'openApi', summary: 'This description', tag: 'operation',
      answers: { 200: { description: 'OpenAPI 3.1.', content: { [JSON_TYPE]: z.looseObject({ openapi: z.string() }) } } },
      errors: [],
    },
    handle: () => ({ status: 200, contentType: JSON_TYPE, body: document(), headers: { 'cache-control': 'no-cache' } }),
  };
}
