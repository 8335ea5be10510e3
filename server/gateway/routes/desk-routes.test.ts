import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IncidentBook } from '../../../alerts/desk/incident-book.ts';
import { IncidentDesk } from '../../../alerts/desk/incident-desk.ts';
import { opened } from '../../../alerts/notify/testing/sample-events.ts';
import { EMPTY_BOOK } from '../../../alerts/routing/book.ts';
import { encodeJson } from '../../../stream/frames/record.ts';
import { systemTimers } from '../../../stream/system-timers.ts';
import { deskOf } from '../../app/desk-services.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let test: TestGateway;
let stops: (() => void)[] = [];
let book: IncidentBook;

beforeEach(async () => {
  let desk: IncidentDesk | undefined;
  let ids = 0;
  test = await startTestGateway({
    services(services, bus) {
      book = new IncidentBook({ log: bus.log('incidents'), warn: () => undefined });
      desk = new IncidentDesk({
        alerts: bus.log('alerts'), operations: bus.log('operations'), incidents: bus.log('incidents'), book: { ...EMPTY_BOOK, users: [{ id: 'u1', notify: ['console'], skills: [], quietHours: null }] },
        writer: 'test', clock: { nowMs: () => Date.now() }, timers: systemTimers, telemetry: () => undefined, warn: () => undefined,
      });
      return { ...services, desk: deskOf({ bus, past: { past: async () => null, pastList: async () => [] }, book, makeId: () => `made-${(ids += 1)}`, names: async () => new Set(['on-call', 'console']) }) };
    },
  });
  await book.start();
  await desk!.start();
  stops = [() => desk!.stop(), () => book.stop(), () => test.gateway.stop(), () => void test.bus.close()];
  await test.bus.log('alerts').append(encodeJson('alert', opened({ id: 'a-1', alertId: 'a-1' })), 'a-1');
  while (book.state.open.size < 1 || book.state.book.users.length < 1) await new Promise((resolve) => setImmediate(resolve));
});
afterEach(() => stops.forEach((stop) => stop()));

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${test.url}${path}`, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const SILENCE = { actor: 'u1', reason: 'strike', matchers: ['category=logistics'], durationMinutes: 60 };

describe('/v1/silences', () => {
  it('makes, shows, changes and ends a silence, and shows what it matches', async () => {
    expect((await call('POST', '/v1/silences/preview', { matchers: ['category=logistics'] })).body).toMatchObject({ matching: 1, alerts: [{ alertId: 'a-1' }] });
    const made = await call('POST', '/v1/silences', SILENCE);
    expect(made).toMatchObject({ status: 201, body: { pending: false, preview: { matching: 1 }, silence: { author: 'u1', state: 'active', matchers: ['category="logistics"'] } } });
    const { id } = made.body['silence'] as { id: string };
    expect(await call('GET', `/v1/silences/${id}`)).toMatchObject({ status: 200, body: { reason: 'strike' } });
    expect(await call('PUT', `/v1/silences/${id}`, { ...SILENCE, reason: 'longer' })).toMatchObject({ status: 200, body: { silence: { id, reason: 'longer' } } });
    expect((await call('GET', '/v1/silences')).body['silences']).toHaveLength(1);
    const silenced = async (): Promise<unknown> => ((await call('GET', '/v1/incidents')).body['incidents'] as { silenced: boolean }[])[0]?.silenced;
    expect(await silenced()).toBe(true);
    expect((await call('GET', '/v1/incidents/a-1')).body['silenced']).toBe(true);
    expect((await call('DELETE', `/v1/silences/${id}?actor=u1`)).status).toBe(204);
    expect(await silenced()).toBe(false);
    expect((await call('GET', `/v1/silences/${id}`)).status).toBe(404);
  });

  it.each([
    ['that matches everything', { ...SILENCE, matchers: [] }, 400, 'confirm: true'],
    ['without an end', { ...SILENCE, durationMinutes: undefined }, 400, 'endsAt'],
    ['with an expression that is none', { ...SILENCE, matchers: ['region=~"("'] }, 400, 'RE2'],
    ['without an author', { ...SILENCE, actor: '' }, 400, 'actor'],
  ])('refuses one %s', async (_name, body, status, word) => {
    const answer = await call('POST', '/v1/silences', body);
    expect(answer.status).toBe(status);
    expect(String(answer.body['detail'])).toContain(word);
  });

  it('is warned of what no alert has, when it is made, shown and tried, and taken all the same', async () => {
    const warnings = [{ field: 'matchers[0]', message: expect.stringContaining('did you mean mini-program?'), messageZh: expect.stringContaining('是否想写 mini-program？') }];
    const matchers = ['channel=wechat', 'category=logistics'];
    expect((await call('POST', '/v1/silences/preview', { matchers })).body).toMatchObject({ matching: 0, warnings });
    const made = await call('POST', '/v1/silences', { ...SILENCE, matchers });
    expect(made).toMatchObject({ status: 201, body: { silence: { warnings } } });
    expect((await call('GET', '/v1/silences')).body['silences']).toMatchObject([{ warnings }]);
    expect((await call('POST', '/v1/silences', SILENCE)).body['silence']).toMatchObject({ warnings: [] });
  });

  it('knows no silence of another id', async () => {
    expect((await call('DELETE', '/v1/silences/none?actor=u1')).status).toBe(404);
    expect((await call('PUT', '/v1/silences/none', SILENCE)).status).toBe(404);
    expect((await call('DELETE', '/v1/silences/none')).status).toBe(400);
  });
});

describe('the routing book over the API', () => {
  const schedule = { id: 'primary', rotations: [{ users: ['u1'], every: '7d', startsAt: '2026-01-05T09:00:00+08:00' }] };

  it('warns of routes and inhibitions that name what no alert has, by their keys', async () => {
    const made = await call('POST', '/v1/routes', { actor: 'u9', entry: { id: 'night', when: ['category=logistics', 'channel=weibo'], notify: ['user:u1'] } });
    expect(made).toMatchObject({ status: 201, body: { warnings: [{ field: 'when[1]', message: expect.stringContaining('did you mean social?') }] } });
    expect((await call('GET', '/v1/routes')).body['routes']).toMatchObject([{ warnings: [{ field: 'when[1]' }] }]);
    expect((await call('POST', '/v1/inhibitions', { actor: 'u9', entry: { id: 'i', source: ['severity=critical'], target: ['severity=high'] } })).body['warnings']).toMatchObject([{ field: 'target[0]', message: expect.stringContaining('did you mean critical?') }]);
  });

  it('takes a schedule, says who is on call, and removes it again', async () => {
    const made = await call('POST', '/v1/schedules', { actor: 'u9', entry: schedule });
    expect(made).toMatchObject({ status: 201, body: { source: 'api', entry: { id: 'primary', rotations: [{ users: ['u1'], every: '7d' }] } } });
    expect((await call('GET', '/v1/schedules/primary/on-call')).body).toMatchObject({ user: 'u1', by: 'rotation', gaps: [], holidaysKnownUntil: 2026 });
    expect((await call('GET', '/v1/schedules')).body['schedules']).toHaveLength(1);
    // What was read can be written back.
    expect(await call('PUT', '/v1/schedules/primary', { actor: 'u9', entry: made.body['entry'] })).toMatchObject({ status: 200 });
    expect((await call('DELETE', '/v1/schedules/primary?actor=u9')).status).toBe(204);
    expect((await call('GET', '/v1/schedules/primary')).status).toBe(404);
  });

  it('says where a schedule has nobody', async () => {
    await call('POST', '/v1/schedules', { actor: 'u9', entry: { ...schedule, rotations: [{ ...schedule.rotations[0], hours: { from: '09:00', to: '18:00' } }] } });
    const { gaps } = (await call('GET', '/v1/schedules/primary/on-call')).body as { gaps: unknown[] };
    expect(gaps.length).toBeGreaterThan(10);
  });

  it.each([
    ['a channel that is not there', 'users', { id: 'u5', notify: ['dingtalkk'] }, 400, 'names the channel dingtalkk'],
    ['a user that is not there', 'schedules', { id: 's', rotations: [{ users: ['u7'], every: '1d', startsAt: '2026-01-01T00:00:00Z' }] }, 400, 'names the user u7'],
    ['nobody at all', 'routes', { id: 'r', notify: ['team:none'] }, 400, 'names team:none'],
    ['a circle', 'inhibitions', { id: 'i', source: ['rule=a'], target: ['rule=a'] }, 400, 'circle'],
    ['an id of the file', 'users', { id: 'u1', notify: [] }, 409, 'exists already'],
    ['no length of time', 'chains', { id: 'c', steps: [{ wait: 'soon', notify: ['console'] }] }, 400, 'entry.steps.0.wait'],
    ['a key that is not known', 'teams', { id: 't', member: [] }, 400, 'member'],
  ])('refuses %s', async (_name, section, body, status, word) => {
    const answer = await call('POST', `/v1/${section}`, { actor: 'u9', entry: body });
    expect(String(answer.body['detail'])).toContain(word);
    expect(answer.status).toBe(status);
  });

  it('does not change what stands in the file', async () => {
    expect((await call('GET', '/v1/users/u1')).body).toMatchObject({ source: 'file' });
    expect((await call('DELETE', '/v1/users/u1?actor=u9')).status).toBe(409);
  });
});
