import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRule } from '../../../stream/counter/testing/entries.ts';
import { ruleToJson } from '../../../alerts/rules/rule-to-json.ts';
import type { BacktestQuestion } from '../services.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

const FROM = '2026-03-01T00:00:00Z';
const TO = '2026-03-08T00:00:00Z';
const ANSWER = {
  fromMs: Date.parse(FROM), toMs: Date.parse(TO), items: 7, alerts: [], alertsNotListed: 0, durationMs: 3,
  summary: { alerts: 0, byRule: {}, escalations: 0, lateAlerts: 0, openAtEnd: 0, alertsPerWeek: 0, pagesPerWeek: 0, longestStorm: null, longestOpenMs: null, mostAlertsInOneHour: 0, medianFirstItemToAlertMs: null },
};

let server: TestGateway;
const asked: BacktestQuestion[] = [];
beforeAll(async () => {
  server = await startTestGateway({
    services: (services) => ({
      ...services,
      rules: { ...services.rules, list: async () => [{ rule: makeRule(), source: 'file' }], get: async (id) => (id === 'burst' ? { rule: makeRule(), source: 'file' } : services.rules.get(id)) },
      backtests: { run: async (question) => { asked.push(question); return ANSWER; } },
    }),
  });
});
afterAll(() => server.gateway.stop());

async function post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(server.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a backtest over HTTP', () => {
  it('runs a rule that is sent along', async () => {
    const answer = await post('/v1/rules/backtest', { rule: ruleToJson(makeRule({ id: 'mine' })), from: FROM, to: TO });
    expect(answer).toEqual({ status: 200, body: { ...ANSWER, warnings: [] } });
    expect(asked.at(-1)).toMatchObject({ rule: { id: 'mine' }, fromMs: Date.parse(FROM), toMs: Date.parse(TO), workspace: 'default', source: 'store', arrival: 'received' });
  });

  it('runs a rule that is in force', async () => {
    expect((await post('/v1/rules/burst/backtest', { from: FROM, to: TO, source: 'log' })).status).toBe(200);
    expect(asked.at(-1)).toMatchObject({ rule: { id: 'burst' }, source: 'log' });
  });

  it('needs no times, takes what really happened, and counts those that a composite names', async () => {
    const composite = { id: 'outage', title: { zh: '故障', en: 'Outage' }, kind: 'composite', when: 'burst' };
    expect((await post('/v1/rules/backtest', { rule: composite, incidents: [{ from: FROM, to: TO, rule: 'outage' }] })).status).toBe(200);
    expect(asked.at(-1)).toMatchObject({ rule: { id: 'outage' }, others: [{ id: 'burst' }], incidents: [{ fromMs: Date.parse(FROM), toMs: Date.parse(TO), rule: 'outage' }] });
    expect(asked.at(-1)).not.toHaveProperty('fromMs');
  });

  it.each([
    ['a rule that is none', '/v1/rules/backtest', { rule: { id: 'x' }, from: FROM, to: TO }, 400, 'invalid_rule'],
    ['no rule', '/v1/rules/backtest', { from: FROM, to: TO }, 400, 'invalid_request'],
    ['a time without a zone', '/v1/rules/burst/backtest', { from: '2026-03-01', to: TO }, 400, 'invalid_request'],
    ['a field that is not known', '/v1/rules/burst/backtest', { from: FROM, to: TO, until: TO }, 400, 'invalid_request'],
    ['an unknown rule', '/v1/rules/none/backtest', { from: FROM, to: TO }, 404, 'not_found'],
  ])('refuses %s', async (_, path, body, status, code) => {
    expect(await post(path, body)).toMatchObject({ status, body: { code } });
  });
});
