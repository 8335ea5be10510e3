import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IncidentBook } from '../../../alerts/desk/incident-book.ts';
import { IncidentDesk } from '../../../alerts/desk/incident-desk.ts';
import { opened } from '../../../alerts/notify/testing/sample-events.ts';
import { EMPTY_BOOK } from '../../../alerts/routing/book.ts';
import type { MemoryBus } from '../../../stream/bus/memory-bus.ts';
import { encodeJson } from '../../../stream/frames/record.ts';
import { systemTimers } from '../../../stream/system-timers.ts';
import { deskOf } from '../../app/desk-services.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let test: TestGateway;
let stops: (() => void)[] = [];

/** A gateway with a desk behind it, on the same log in memory. */
async function start(hasDesk = true): Promise<void> {
  let book: IncidentBook | undefined;
  let memory: MemoryBus | undefined;
  let ids = 0;
  test = await startTestGateway({
    services(services, bus) {
      memory = bus;
      book = new IncidentBook({ log: bus.log('incidents'), warn: () => undefined });
      return { ...services, desk: deskOf({ bus, past: { past: async () => null, pastList: async () => [] }, book, makeId: () => `made-${(ids += 1)}`, names: async () => new Set(['on-call', 'console']) }) };
    },
  });
  await book!.start();
  const bus = memory!;
  stops = [() => book!.stop(), () => test.gateway.stop(), () => void bus.close()];
  if (!hasDesk) return;
  const desk = new IncidentDesk({
    alerts: bus.log('alerts'), operations: bus.log('operations'), incidents: bus.log('incidents'), book: EMPTY_BOOK, writer: 'test',
    clock: { nowMs: () => Date.now() }, timers: systemTimers, telemetry: () => undefined, warn: () => undefined,
  });
  await desk.start();
  stops.unshift(() => desk.stop());
  await bus.log('alerts').append(encodeJson('alert', opened({ id: 'a-1', alertId: 'a-1' })), 'a-1');
  await bus.log('alerts').append(encodeJson('alert', opened({ id: 'a-2', alertId: 'a-2', group: { category: 'quality' } })), 'a-2');
  while (book!.state.open.size < 2) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => start());
afterEach(() => stops.forEach((stop) => stop()));

async function post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${test.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const get = async (path: string): Promise<Record<string, unknown>> => (await (await fetch(`${test.url}${path}`)).json()) as Record<string, unknown>;

describe('what people do about an incident', () => {
  it.each([
    ['acknowledge', { actor: 'u1', comment: 'on it' }, { state: 'acknowledged', assignee: 'u1', acknowledged: { by: 'u1' } }],
    ['assign', { actor: 'u1', to: 'u2' }, { assignee: 'u2' }],
    ['comment', { actor: 'u1', text: 'the carrier is on strike' }, { state: 'firing' }],
    ['resolve', { actor: 'u1' }, { state: 'resolved', resolvedBy: 'u1', resolvedBecause: 'resolved-by-hand' }],
  ])('%s is answered with the incident as it is then', async (act, body, expected) => {
    const answer = await post(`/v1/alerts/a-1/${act}`, body);
    expect(answer).toMatchObject({ status: 200, body: { id: 'a-1', ...expected } });
    expect(await get('/v1/incidents/a-1')).toMatchObject(expected);
  });

  it('is merged and split under /v1/incidents', async () => {
    expect(await post('/v1/incidents/a-1/merge', { actor: 'u1', into: 'a-2' })).toMatchObject({ status: 200, body: { id: 'a-2', alerts: 2 } });
    expect(await post('/v1/incidents/a-2/split', { actor: 'u1', alertIds: ['a-1'] })).toMatchObject({ status: 200, body: { alerts: 1 } });
    expect(await post('/v1/incidents/a-2/split', { actor: 'u1', alertIds: ['a-1'] })).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('is listed by state', async () => {
    await post('/v1/alerts/a-1/resolve', { actor: 'u1' });
    const ids = async (state: string) => ((await get(`/v1/incidents?state=${state}`))['incidents'] as { id: string }[]).map(({ id }) => id);
    expect(await ids('firing')).toEqual(['a-2']);
    expect(await ids('resolved')).toEqual(['a-1']);
  });

  it('keeps no phone number that somebody types into a comment', async () => {
    const answer = await post('/v1/alerts/a-1/comment', { actor: 'u1', text: 'the customer is 13800138000' });
    expect(JSON.stringify(answer.body)).not.toContain('13800138000');
  });

  it('is done once under one operation id', async () => {
    const body = { actor: 'u1', operationId: 'click-0001' };
    expect((await post('/v1/alerts/a-1/acknowledge', body)).status).toBe(200);
    expect((await post('/v1/alerts/a-1/acknowledge', { ...body, actor: 'u2' })).body).toMatchObject({ acknowledged: { by: 'u1' } });
  });
});

describe('bad input', () => {
  it.each([
    ['a comment of 50,000 characters', '/v1/alerts/a-1/comment', { actor: 'u1', text: 'x'.repeat(50_000) }, 400, 'text'],
    ['nobody', '/v1/alerts/a-1/acknowledge', {}, 400, 'actor'],
    ['a key that is not known', '/v1/alerts/a-1/acknowledge', { actor: 'u1', until: 5 }, 400, 'until'],
    ['minutes that are too many', '/v1/alerts/a-1/acknowledge', { actor: 'u1', forMinutes: 1e9 }, 400, 'forMinutes'],
    ['nobody to give it to', '/v1/alerts/a-1/assign', { actor: 'u1' }, 400, 'to'],
    ['an alert that is not there', '/v1/alerts/a-9/acknowledge', { actor: 'u1' }, 404, 'incident'],
    ['auto without any users', '/v1/alerts/a-1/assign', { actor: 'u1', to: 'auto' }, 409, 'users'],
  ])('%s is refused', async (_name, path, body, status, word) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(String(answer.body['detail'])).toContain(word);
  });

  it('an incident that is over cannot be acknowledged', async () => {
    await post('/v1/alerts/a-1/resolve', { actor: 'u1' });
    expect(await post('/v1/alerts/a-1/acknowledge', { actor: 'u1' })).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});
