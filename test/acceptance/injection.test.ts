import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJson, postRaw, toNdjson } from '../support/http.ts';
import { startServer } from '../support/start-server.ts';

const STEP_MS = 300_000;
const EVIL = ["' OR 1=1 --", "x'; DROP TABLE tocsin.feedback; --", "') UNION ALL SELECT * FROM tocsin.feedback --", "\\' OR '1'='1"];
/** What a route's other fields need, for the one that is tried to get as far as it can. */
const RULE = { id: 'tried', title: { zh: '试', en: 'Tried' }, kind: 'threshold', groupBy: ['category'], window: '24h', atLeast: 30, severity: 'warning', notify: [] };
const BODIES: Record<string, object> = {
  '/v1/feedback/{id}/labels': { by: 'u1', complaint: true },
  '/v1/rules/backtest': { rule: RULE },
  '/v1/model/compare': { hours: 1 },
  '/v1/silences': { actor: 'u1', reason: 'tried', matchers: [{ field: 'category', operator: '=', value: 'logistics' }], durationMinutes: 5 },
};
/** Acts of people say who did it; other routes refuse what they do not know. */
const ACTS = /^\/v1\/(incidents|alerts|silences|users|teams|schedules|chains|routes|inhibitions)(?!.*preview)/;
const PLACES = [
  'GET /v1/feedback: workspace from to category sentiment channel text limit cursor',
  'GET /v1/feedback/{id}: id workspace',
  'GET /v1/feedback/{id}/labels: id workspace',
  'POST /v1/feedback/{id}/labels: id body.by body.sentiment body.stars body.complaint body.severity body.categories body.implicit body.workspace',
  'GET /v1/labels: workspace limit after',
  'GET /v1/export: workspace format from to category sentiment channel product region text',
  'DELETE /v1/customers/{id}: id workspace',
  'POST /v1/score: body.texts',
  'POST /v1/model/reload: body.model',
  'POST /v1/model/compare: body.workspace body.model body.taxonomy body.keep body.hours',
  'GET /v1/counts: workspace groupBy window previous weeks where',
  'GET /v1/rules/{id}: id',
  'PUT /v1/rules/{id}: id',
  'DELETE /v1/rules/{id}: id',
  'POST /v1/rules/backtest: body.rule body.workspace body.from body.to body.incidents body.source body.arrival',
  'POST /v1/rules/{id}/backtest: id body.workspace body.from body.to body.incidents body.source body.arrival',
  'GET /v1/channels/{id}: id',
  'PUT /v1/channels/{id}: id',
  'DELETE /v1/channels/{id}: id',
  'POST /v1/channels/{id}/test: id',
  'GET /v1/alerts: workspace state limit',
  'GET /v1/alerts/{id}: id',
  'GET /v1/alerts/{id}/deliveries: id',
  'GET /v1/incidents: workspace state endedBefore limit',
  'GET /v1/incidents/{id}: id',
  'POST /v1/incidents/{id}/acknowledge: id body.actor body.comment body.operationId body.forMinutes',
  'POST /v1/incidents/{id}/unacknowledge: id body.actor body.comment body.operationId',
  'POST /v1/incidents/{id}/escalate: id body.actor body.comment body.operationId body.step',
  'POST /v1/incidents/{id}/assign: id body.actor body.comment body.operationId body.to',
  'POST /v1/incidents/{id}/resolve: id body.actor body.comment body.operationId',
  'POST /v1/incidents/{id}/comment: id body.actor body.operationId body.text',
  'POST /v1/incidents/{id}/merge: id body.actor body.comment body.operationId body.into',
  'POST /v1/incidents/{id}/split: id body.actor body.comment body.operationId body.alertIds',
  'POST /v1/alerts/{id}/acknowledge: id body.actor body.comment body.operationId body.forMinutes',
  'POST /v1/alerts/{id}/unacknowledge: id body.actor body.comment body.operationId',
  'POST /v1/alerts/{id}/escalate: id body.actor body.comment body.operationId body.step',
  'POST /v1/alerts/{id}/assign: id body.actor body.comment body.operationId body.to',
  'POST /v1/alerts/{id}/resolve: id body.actor body.comment body.operationId',
  'POST /v1/alerts/{id}/comment: id body.actor body.operationId body.text',
  'GET /v1/alerts/{id}/reason: id',
  'GET /v1/alerts/{id}/evidence: id cursor limit part',
  'POST /v1/alerts/{id}/verify: id body.actor',
  'POST /v1/silences: body.actor body.reason body.matchers body.startsAt body.endsAt body.durationMinutes body.recurring body.confirm body.operationId',
  'POST /v1/silences/preview: body.matchers',
  'GET /v1/silences/{id}: id',
  'PUT /v1/silences/{id}: id body.actor body.reason body.matchers body.startsAt body.endsAt body.durationMinutes body.recurring body.confirm body.operationId',
  'DELETE /v1/silences/{id}: id actor operationId',
  'POST /v1/users: body.actor body.operationId body.entry',
  'GET /v1/users/{id}: id',
  'PUT /v1/users/{id}: id body.actor body.operationId body.entry',
  'DELETE /v1/users/{id}: id actor operationId',
  'POST /v1/teams: body.actor body.operationId body.entry',
  'GET /v1/teams/{id}: id',
  'PUT /v1/teams/{id}: id body.actor body.operationId body.entry',
  'DELETE /v1/teams/{id}: id actor operationId',
  'POST /v1/schedules: body.actor body.operationId body.entry',
  'GET /v1/schedules/{id}: id',
  'PUT /v1/schedules/{id}: id body.actor body.operationId body.entry',
  'DELETE /v1/schedules/{id}: id actor operationId',
  'POST /v1/chains: body.actor body.operationId body.entry',
  'GET /v1/chains/{id}: id',
  'PUT /v1/chains/{id}: id body.actor body.operationId body.entry',
  'DELETE /v1/chains/{id}: id actor operationId',
  'POST /v1/routes: body.actor body.operationId body.entry',
  'GET /v1/routes/{id}: id',
  'PUT /v1/routes/{id}: id body.actor body.operationId body.entry',
  'DELETE /v1/routes/{id}: id actor operationId',
  'POST /v1/inhibitions: body.actor body.operationId body.entry',
  'GET /v1/inhibitions/{id}: id',
  'PUT /v1/inhibitions/{id}: id body.actor body.operationId body.entry',
  'DELETE /v1/inhibitions/{id}: id actor operationId',
  'GET /v1/schedules/{id}/on-call: id',
  'GET /v1/dead-letters: limit state',
  'GET /v1/dead-letters/{sequence}: sequence',
  'POST /v1/dead-letters/{sequence}/replay: sequence',
];

interface Operation {
  parameters?: { name: string; in: 'path' | 'query' }[];
  requestBody?: { content: Record<string, { schema: { properties?: object } }> };
}
/** One place in one route where a caller writes something. */
interface Place {
  method: string;
  path: string;
  kind: 'path' | 'query' | 'body';
  name: string;
}

describe('SQL in any parameter of the API of a running server', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let places: Place[];
  let before: unknown;
  const stored = async (): Promise<unknown> => (await getJson<{ items: unknown }>(`${server.url}/v1/feedback?limit=100`)).body.items;

  beforeAll(async () => {
    server = await startServer();
    const items = Array.from({ length: 30 }, (_, index) => ({ id: `kept-${index}`, text: `第${index}条，东西很好`, channel: 'app', customer: { id: 'c1' } }));
    expect((await postRaw(`${server.url}/v1/feedback`, toNdjson(items), 'application/x-ndjson')).body).toMatchObject({ accepted: 30 });
    await server.settled();
    before = await stored();
    const { paths } = (await getJson<{ paths: Record<string, Record<string, Operation>> }>(`${server.url}/openapi.json`)).body;
    places = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).flatMap(([name, { parameters = [], requestBody }]) => {
      const method = name.toUpperCase();
      const fields = Object.keys(requestBody?.content['application/json']?.schema.properties ?? {});
      return [...parameters.map(({ name: parameter, in: kind }): Place => ({ method, path, kind, name: parameter })), ...fields.map((field): Place => ({ method, path, kind: 'body', name: field }))];
    }));
  }, STEP_MS);
  afterAll(() => server?.dispose());

  it('is tried in each of these', () => {
    const byRoute = new Map<string, string[]>();
    for (const { method, path, kind, name } of places) byRoute.set(`${method} ${path}`, [...(byRoute.get(`${method} ${path}`) ?? []), kind === 'body' ? `body.${name}` : name]);
    expect([...byRoute].map(([route, names]) => `${route}: ${names.join(' ')}`)).toEqual(PLACES);
  });

  it('is a value and nothing else: no route fails, and what is stored stays as it was', { timeout: STEP_MS }, async () => {
    expect(before).toHaveLength(30);
    for (const place of places) {
      const answers = await Promise.all(EVIL.map(async (evil) => ({ evil, ...(await send(place, evil)) })));
      for (const { evil, status, text } of answers) {
        const where = `${place.method} ${place.path} ${place.name} = ${evil}: ${status} ${text.slice(0, 300)}`;
        expect(status, where).toBeLessThan(500);
        expect(text, where).not.toMatch(/ClickHouse|SYNTAX_ERROR|DB::Exception/);
      }
    }
    expect(await stored()).toEqual(before);
  });

  it('is kept as the text that it is where feedback holds it', { timeout: STEP_MS }, async () => {
    const items = EVIL.map((evil, index) => ({ id: `evil-${index}`, text: `${evil} 第${index}条`, channel: 'api', product: evil, store: evil, region: evil, tags: [evil], customer: { id: evil, group: evil }, attributes: { [evil]: evil } }));
    const { body } = await postRaw(`${server.url}/v1/feedback`, toNdjson(items), 'application/x-ndjson');
    expect(body).toMatchObject({ accepted: EVIL.length });
    await server.settled();
    for (const { id, text, product, tags } of items) {
      expect((await getJson(`${server.url}/v1/feedback/${id}`)).body).toMatchObject({ id, text, product, tags });
    }
    expect(await stored()).toHaveLength(30 + EVIL.length);
  });

  async function send({ method, path, kind, name }: Place, evil: string): Promise<{ status: number; text: string }> {
    const address = path.replaceAll(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(kind === 'path' && param === name ? evil : 'kept-0'));
    const query = kind === 'query' ? `?${name}=${encodeURIComponent(evil)}` : '';
    const body = JSON.stringify({ ...(ACTS.test(path) ? { actor: 'u1' } : {}), ...BODIES[path], ...(kind === 'body' ? { [name]: evil } : {}) });
    const answer = await fetch(`${server.url}${address}${query}`, { method, ...(method === 'POST' || method === 'PUT' ? { headers: { 'content-type': 'application/json' }, body } : {}) });
    return { status: answer.status, text: await answer.text() };
  }
});
