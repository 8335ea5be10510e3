import { describe, expect, it } from 'vitest';
import { answer } from '../testing/receiver.ts';
import type { Answer } from '../testing/receiver.ts';
import { describeRobot } from '../testing/robot.contract.ts';
import { LONG, PAGES } from '../testing/robot-pages.ts';
import { pagerdutyAdapter } from './pagerduty.ts';

const KEY = 'R0123456789ABCDEF0123456789ABCDE';
const invalid = (message: string, errors: string[]): Answer => answer(400, JSON.stringify({ status: 'invalid event', message, errors }));
const scene = describeRobot({
  kind: 'pagerduty', picture: /"images":/u, adapterTo: (origin) => pagerdutyAdapter({ routingKey: KEY, url: `${origin}/v2/enqueue` }),
  success: answer(202, '{"status":"success","message":"Event processed","dedup_key":"a-1041-0"}'), secret: KEY,
});

describe('PagerDuty', () => {
  it('opens, updates and resolves one incident under the alert\'s id', async () => {
    const sent = await Promise.all((['opened', 'escalated', 'resolved'] as const).map(async (name) => JSON.parse((await scene.send(PAGES[name])).received[0]?.body ?? '') as Record<string, unknown>));
    expect(sent.map(({ event_action, dedup_key }) => [event_action, dedup_key])).toEqual([['trigger', 'a-1041-0'], ['trigger', 'a-1041-0'], ['resolve', 'a-1041-0']]);
    expect(sent[1]?.['payload']).toMatchObject({ severity: 'critical' });
  });

  it.each([
    [invalid('Event object is invalid', ['Length of \'routing_key\' is incorrect (should be 32 characters)']), { kind: 'retry', fault: 'setup' }],
    [invalid('Event object is invalid', ['\'payload.severity\' is invalid']), { kind: 'refused' }],
    [answer(429, '{"status":"throttle exceeded","message":"Requests for this service are arriving too quickly"}'), { kind: 'retry', fault: 'channel' }],
    [answer(403, 'Forbidden'), { kind: 'refused' }],
  ])('answer %#', async (given, expected) => expect((await scene.send(PAGES.opened, [given])).outcome).toMatchObject(expected));

  it('acknowledges there what was acknowledged, and what is handed over while somebody has it, and rings again for what grew', async () => {
    const incident = { state: 'acknowledged' } as NonNullable<(typeof PAGES)['opened']['incident']>;
    const actions = await Promise.all((['acknowledged', 'handed-over', 'grew'] as const).map(async (reason) => JSON.parse((await scene.send({ ...PAGES.escalated, reason, incident: { ...incident, alerts: 1, people: [], assignee: 'u1', acknowledgedBy: 'u1' } })).received[0]?.body ?? '') as Record<string, unknown>));
    expect(actions.map(({ event_action }) => event_action)).toEqual(['acknowledge', 'acknowledge', 'trigger']);
    expect(scene.channelTo('http://127.0.0.1:1').hearsAcknowledgements).toBe(true);
  });

  it('takes no digest: each alert is an incident of its own', () => {
    expect(scene.channelTo('http://127.0.0.1:1').sendDigest).toBeUndefined();
  });

  it('keeps within 512 KB, its summary within 1,024 characters', async () => {
    const { body = '' } = (await scene.send(LONG)).received[0] ?? {};
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(500_000);
    expect((JSON.parse(body) as { payload: { summary: string } }).payload.summary.length).toBeLessThanOrEqual(1_024);
  });
});
