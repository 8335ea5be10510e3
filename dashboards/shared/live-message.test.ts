import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLiveMessage } from './live-message.ts';
import { openedEvent, resolvedEvent, sampleAlert, sampleCounts } from './testing/samples.ts';

const counts = sampleCounts({ openAlerts: [sampleAlert()] });
const text = (topic: string, data: unknown): string => JSON.stringify({ id: '7', topic, data });

describe('a message of WS /live', () => {
  it.each([
    ['counts', counts],
    ['alerts', openedEvent(sampleAlert())],
    ['alerts', { ...openedEvent(sampleAlert()), kind: 'escalated', from: 'notice' }],
    ['alerts', resolvedEvent(sampleAlert())],
    ['health', { atMs: 1, ready: false, parts: [{ part: 'scorer', ok: false, reason: 'no model' }] }],
  ])('of topic %s is read as it was sent', (topic, data) => {
    expect(parseLiveMessage(text(topic, data))).toEqual({ id: '7', topic, data });
  });

  it.each([
    ['no JSON', '{"id":'],
    ['no object', '[]'],
    ['nothing', ''],
    ['a topic of a later version', text('weather', {})],
    ['counts without a number that is drawn', text('counts', { ...counts, totals24h: { ...counts.totals24h, complaints: null } })],
    ['counts whose categories are no list', text('counts', { ...counts, categories: {} })],
    ['counts with an alert that has no title', text('counts', { ...counts, openAlerts: [{ ...sampleAlert(), title: 'text' }] })],
    ['counts with an alert whose group holds a number', text('counts', { ...counts, openAlerts: [{ ...sampleAlert(), group: { store: 12 } }] })],
    ['an alert event of an unknown kind', text('alerts', { ...openedEvent(sampleAlert()), kind: 'merged' })],
    ['a message without an id', JSON.stringify({ topic: 'counts', data: counts })],
  ])('that is %s is refused and does not throw', (_name, frame) => {
    expect(parseLiveMessage(frame)).toBeNull();
  });

  it('survives anything at all in the place of any value', () => {
    const paths = Object.keys(counts) as (keyof typeof counts)[];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const message = parseLiveMessage(text('counts', { ...counts, [path]: value }));
        return message === null || message.topic === 'counts';
      }),
    );
  });
});
