import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { openStore, type Store } from '../../stream/store/clickhouse.ts';
import { migrate } from '../../stream/store/migrate.ts';
import { entryRows } from '../../stream/store/testing/items.ts';
import { copyTables } from '../../stream/store/testing/laid-tables.ts';
import { customerRoute } from '../gateway/routes/customer-route.ts';
import { exportRoute } from '../gateway/routes/export-route.ts';
import { feedbackRoutes } from '../gateway/routes/feedback-routes.ts';
import type { Route } from '../gateway/route.ts';
import { emptyServices, startTestGateway, type TestGateway } from '../gateway/testing/test-gateway.ts';
import { feedbackOf } from './gateway-services.ts';
import { customersOf, exportsOf } from './store-services.ts';

const EVIL = [
  "' OR 1=1 --", "x'; DROP TABLE tocsin.feedback; --", "\\' OR 1=1 --", "') UNION ALL SELECT * FROM tocsin.feedback --", '{x:String}', '\u0000', "\n\nDROP TABLE tocsin.feedback", '%27%20OR%201=1', '`id`', '\\N',
];

/** Every parameter of every route that reaches the store; a parameter that is added is tried without another word here. */
const intake = { take: () => Promise.reject(new Error('not used')) };
const services = emptyServices(intake);
const ROUTES: Route[] = [...feedbackRoutes(services), exportRoute(services.exports), customerRoute(services.customers)].filter(({ accepts }) => accepts === undefined);
const PLACES = ROUTES.flatMap((route) => [
  ...Object.keys(route.operation?.params ?? {}).map((name) => ({ route, name, kind: 'path' as const })),
  ...Object.keys(route.operation?.query?.shape ?? {}).map((name) => ({ route, name, kind: 'query' as const })),
]);

describe('SQL in a parameter of the API', () => {
  let dataDir: string;
  let store: Store;
  let server: TestGateway;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'tocsin-injection-'));
    copyTables(dataDir);
    store = openStore({ dataDir });
    await migrate(store);
    await new ClickHouseWriter(store).insert(entryRows(1, 30, { item: { customer: { id: 'c1' } } }), 'scored.0', 'scored.0:1-1');
    server = await startTestGateway({ services: (empty) => ({ ...empty, feedback: feedbackOf(store), exports: exportsOf(store), customers: customersOf(store, { nowMs: () => 0 }) }) });
  });
  afterAll(async () => {
    server.gateway.stop();
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is tried in each of these', () => {
    expect(PLACES.map(({ route, name }) => `${route.method} ${route.path} ${name}`)).toEqual([
      ...['workspace', 'from', 'to', 'category', 'sentiment', 'channel', 'text', 'limit', 'cursor'].map((name) => `GET /v1/feedback ${name}`),
      'GET /v1/feedback/{id} id', 'GET /v1/feedback/{id} workspace',
      ...['workspace', 'format', 'from', 'to', 'category', 'sentiment', 'channel', 'product', 'region', 'text'].map((name) => `GET /v1/export ${name}`),
      'DELETE /v1/customers/{id} id', 'DELETE /v1/customers/{id} workspace',
    ]);
  });

  it.each(PLACES.map(({ route, name, kind }) => [`${route.method} ${route.path}`, name, route, kind] as const))('%s %s: it is a value and nothing else', async (_, name, route, kind) => {
    for (const evil of EVIL) {
      const path = route.path.replace(/\{(\w+)\}/, (_whole, param: string) => encodeURIComponent(kind === 'path' && param === name ? evil : 'item-1-0'));
      const query = kind === 'query' ? `?${name}=${encodeURIComponent(evil)}` : '';
      const answer = await fetch(`${server.url}${path}${query}`, { method: route.method });
      const text = await answer.text();
      expect([200, 400, 404], `${evil}: ${text.slice(0, 300)}`).toContain(answer.status);
      if (answer.status === 200) expect(text, evil).not.toContain('item-1-');
    }
    expect(await store.select("SELECT count(), countIf(text = '[erased]') FROM tocsin.feedback")).toEqual([[30, 0]]);
  });
});
