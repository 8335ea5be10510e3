import { describe, expect, it } from 'vitest';
import { matchersOf, parseDeliveries, parseEvidence, parseIncident, parseProof } from './incident-answers.ts';

const member = { alertId: 'a', ruleId: 'burst', title: { zh: '投诉', en: 'Complaints' }, group: { category: 'logistics', odd: 1 }, severity: 'warning', state: 'firing', count: 50, peak: 61 };
const entry = { atMs: 1, kind: 'page-withheld', by: null, reason: 'silenced', detail: { zh: '静默', en: 'silenced by u1' }, silenceId: 's-1', untilMs: 7 };
const incident = { id: 'a', state: 'acknowledged', severity: 'warning', openedAtMs: 1, resolvedAtMs: null, acknowledged: { by: 'u1', untilMs: 9 }, assignee: null, alerts: 1, totalCount: 50, nextStep: { step: 2, atMs: 9, who: ['lead'] }, members: [member], timeline: [entry] };

describe('an incident as the console reads it', () => {
  it('has its alerts and its timeline', () => {
    expect(parseIncident(incident)).toEqual({ ...incident, members: [{ ...member, group: { category: 'logistics' } }] });
  });

  it('leaves out what it cannot read, and is null where it is no incident', () => {
    expect(parseIncident({ ...incident, members: [member, { alertId: 7 }], timeline: [entry, { kind: 'paged' }, 3] })).toMatchObject({ members: [{ alertId: 'a' }], timeline: [{ kind: 'page-withheld' }] });
    expect(parseIncident({ ...incident, nextStep: { step: '2' }, timeline: [{ ...entry, untilMs: 'soon' }] })).toMatchObject({ nextStep: null, timeline: [{ untilMs: null }] });
    for (const answer of [null, [], {}, { ...incident, id: 3 }, { ...incident, severity: 'loud' }]) expect(parseIncident(answer)).toBeNull();
  });

  it('has deliveries, evidence and a proof', () => {
    const delivery = { idempotencyKey: 'a:console', attempt: 1, atMs: 1, channelId: 'console', outcome: 'delivered', detail: 'written' };
    expect(parseDeliveries({ deliveries: [delivery, { attempt: 2 }] })).toEqual([{ ...delivery, detail: { zh: 'written', en: 'written' }, advice: null }]);
    const advice = { zh: '检查', en: 'look at it' };
    expect(parseDeliveries({ deliveries: [{ ...delivery, detailZh: '已写出', advice }] })).toEqual([{ ...delivery, detail: { zh: '已写出', en: 'written' }, advice }]);
    expect(parseDeliveries({})).toBeNull();
    expect(parseEvidence({ claimed: 50, items: [], nextCursor: 'next' })).toEqual({ claimed: 50, items: [], nextCursor: 'next' });
    expect(parseEvidence({ items: [] })).toBeNull();
    expect(parseProof({ outcome: 'equal', why: { zh: '一致', en: 'equal' } })).toEqual({ outcome: 'equal', why: { zh: '一致', en: 'equal' } });
    expect(parseProof({ outcome: 'perhaps', why: { zh: '', en: '' } })).toBeNull();
  });

  it('is silenced by its rule and every value of its group, whatever they hold', () => {
    expect(matchersOf({ ruleId: 'burst', group: { store: 'a"b', category: 'logistics' } })).toEqual([{ field: 'rule', value: 'burst' }, { field: 'store', value: 'a"b' }, { field: 'category', value: 'logistics' }]);
  });
});
