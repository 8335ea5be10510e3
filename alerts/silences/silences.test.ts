import { describe, expect, it } from 'vitest';
import type { Matcher, Silence } from '../../core/operation.ts';
import { HOUR_MS, makeRule, MINUTE_MS } from '../../stream/counter/testing/entries.ts';
import { between, Story, timeMs } from '../incidents/testing/story.ts';
import { matchesAll, matchesEverything } from './match-alert.ts';
import { readSilence, silenceSchema } from './read-silence.ts';
import { silenceInWords } from './say-matchers.ts';
import { nextBeginMs, silentUntilMs } from './silence-times.ts';

const BURST = makeRule({ windowMs: 4 * HOUR_MS, fireAt: 5, resolveBelow: 4, escalate: [{ atLeast: 20, severity: 'critical', notify: ['manager'] }] });
const LOGISTICS: Matcher = { field: 'category', operator: '=', value: 'logistics' };
const silence = (over: Partial<Silence> = {}): Silence => ({ id: 's-1', matchers: [LOGISTICS], author: 'u1', reason: 'carrier strike', startsAtMs: 0, endsAtMs: timeMs('12:00'), createdAtMs: 0, ...over });
const silences = (over: Partial<Silence> = {}) => ({ kind: 'silence', silence: silence(over) }) as const;

describe('a silence', () => {
  it('holds back the page of what matches and of nothing else, and says by whom', () => {
    const story = new Story({ rules: [BURST] });
    story.at('09:00').says('u1', silences()).at('10:00').complaint({}, 5).complaint({ category: 'quality' }, 5).at('11:00');
    story.expectPage(between('10:00', '10:00'), { event: { group: { category: 'quality' } } });
    story.expectNoMore();
    const held = story.incident('logistics');
    expect(held.timeline.at(-1)).toMatchObject({ kind: 'page-withheld', reason: 'silenced', silenceId: 's-1', detail: { zh: '静默“物流配送”（u1：carrier strike）', en: 'silence of “Logistics” (u1: carrier strike)' } });
    expect([...held.members.values()][0]?.page).toMatchObject({ reason: 'silenced' });
  });

  it('is named by what it is about, never by its id', () => {
    const said = (...matchers: Matcher[]): [string, string] => {
      const { zh, en } = silenceInWords(silence({ matchers }));
      return [zh, en];
    };
    expect(said({ field: 'rule', operator: '=', value: 'complaint-burst' }, LOGISTICS, { field: 'store', operator: '=', value: '12' })).toEqual(['静默“规则 complaint-burst · 物流配送 · 门店 12”', 'silence of “rule complaint-burst · Logistics · Store 12”']);
    expect(said({ field: 'severity', operator: '=', value: 'critical' }, { field: 'region', operator: '=~', value: '华东|上海' })).toEqual(['静默“严重 · region=~"华东|上海"”', 'silence of “Critical · region=~"华东|上海"”']);
    expect(said({ field: 'workspace', operator: '=', value: '总店' }, { field: 'store', operator: '=', value: '' })).toEqual(['静默“空间总店 · store=""”', 'silence of “workspace 总店 · store=""”']);
    expect(said()).toEqual(['静默全部告警', 'silence of everything']);
    expect(said({ field: 'product', operator: '=', value: '长'.repeat(900) })[0].length).toBeLessThan(80);
  });

  it('that outlasts an acknowledgement leaves the first page of the incident to what comes after it', () => {
    const story = new Story({ rules: [BURST] });
    story.at('09:00').says('u1', silences({ endsAtMs: timeMs('10:20') })).at('10:00').complaint({}, 5);
    story.at('10:05').says('u1', { kind: 'acknowledge', target: story.alerts[0]!.alertId, forMs: HOUR_MS }).at('11:10');
    story.expectPage(between('11:05', '11:05:01'), { kind: 'opened', reason: 'acknowledgement-expired', previousSeverity: null });
    story.expectNoMore();
  });

  it('that ends while the alert still fires pages then', () => {
    const story = new Story({ rules: [BURST] });
    story.at('09:00').says('u1', silences()).at('10:00').complaint({}, 5).at('13:00');
    const page = story.expectPage(between('12:00', '12:00:01'), { kind: 'opened', reason: 'silence-ended', notify: ['on-call'] });
    expect(page.id).toBe(story.alerts[0]!.id);
    story.at('15:00');
    story.expectPage(between('14:00', '14:00:01'), { kind: 'resolved' });
    story.expectNoMore();
  });

  it('that ends after the alert is over pages nothing, and the timeline says why', () => {
    const story = new Story({ rules: [makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 })] });
    story.at('09:00').says('u1', silences()).at('10:00').complaint({}, 5).at('13:00');
    expect(story.pages).toEqual([]);
    expect(story.withheld()).toEqual(['silenced', 'ended-before', 'nobody-was-told']);
  });

  it('that is removed early lets go what it held', () => {
    const story = new Story({ rules: [BURST] });
    story.at('09:00').says('u1', silences()).at('10:00').complaint({}, 5).at('10:30').says('u2', { kind: 'remove-silence', silenceId: 's-1' });
    story.expectPage(between('10:30', '10:30'), { reason: 'silence-ended' });
    story.says('u2', { kind: 'remove-silence', silenceId: 's-1' });
    expect(story.outcomes.at(-1)).toMatchObject({ done: false, code: 'not_found' });
  });

  it('lets through the end of what was paged before it', () => {
    const story = new Story({ rules: [makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 })] });
    story.at('10:00').complaint({}, 5).at('10:05').says('u1', silences()).at('12:00');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved' });
    story.expectNoMore();
  });

  it('holds back a higher level too, and then pages it as one page', () => {
    const story = new Story({ rules: [BURST] });
    story.at('09:00').says('u1', silences()).at('10:00').complaint({}, 30).at('12:30');
    story.expectPage(between('12:00', '12:00:01'), { kind: 'opened', severity: 'critical', notify: ['on-call', 'manager'] });
    story.expectNoMore();
  });
});

describe('a maintenance window that comes again', () => {
  // Every night from two to four in Shanghai.
  const nightly = silence({ endsAtMs: null, recurring: { cron: '0 2 * * *', timeZone: 'Asia/Shanghai', durationMs: 2 * HOUR_MS } });

  it('holds each night and not by day', () => {
    expect([['01:59'], ['02:00', '04:00'], ['03:59', '04:00'], ['04:00'], ['+3d 02:30', '+3d 04:00']].map(([at, until]) => [at, silentUntilMs(nightly, timeMs(at!)) === (until === undefined ? null : timeMs(until))])).toEqual([
      ['01:59', true], ['02:00', true], ['03:59', true], ['04:00', true], ['+3d 02:30', true],
    ]);
    expect(nextBeginMs(nightly, timeMs('03:00'))).toBe(timeMs('+1d 02:00'));
  });

  it('pages in the morning what fired by night and still does', () => {
    const story = new Story({ rules: [BURST] });
    story.says('u1', { kind: 'silence', silence: nightly }).at('02:30').complaint({}, 5).at('05:00');
    story.expectPage(between('04:00', '04:00:01'), { reason: 'silence-ended' });
    story.expectNoMore();
  });

  it('is over at its end, and never comes for a pattern of days that are not there', () => {
    expect(silentUntilMs({ ...nightly, endsAtMs: timeMs('+1d 00:00') }, timeMs('+1d 02:30'))).toBeNull();
    expect(nextBeginMs({ ...nightly, endsAtMs: timeMs('+1d 00:00') }, timeMs('05:00'))).toBeNull();
  });
});

describe('matchers', () => {
  const alert = { ruleId: 'complaint-burst', severity: 'warning', workspace: 'default', group: { category: 'logistics', region: '华东' } };
  it.each<[Matcher, boolean]>([
    [{ field: 'rule', operator: '=', value: 'complaint-burst' }, true],
    [{ field: 'severity', operator: '!=', value: 'warning' }, false],
    [{ field: 'region', operator: '=~', value: '华.*' }, true],
    [{ field: 'region', operator: '=~', value: '华' }, false],
    [{ field: 'category', operator: '!~', value: 'log.*|quality' }, false],
    [{ field: 'store', operator: '=', value: '' }, true],
    [{ field: 'store', operator: '=~', value: '.+' }, false],
    [{ field: 'workspace', operator: '=', value: 'default' }, true],
  ])('%j: %s', (matcher, expected) => {
    expect(matchesAll([matcher], alert)).toBe(expected);
  });

  it('of a pattern that would hang other engines are answered at once', () => {
    expect(matchesAll([{ field: 'category', operator: '=~', value: '(l+)+$' }], { ...alert, group: { category: `${'l'.repeat(5_000)}x` } })).toBe(false);
  });
});

describe('a written silence', () => {
  const written = (over: object) => silenceSchema.safeParse({ actor: 'u1', reason: 'test', matchers: ['category=logistics'], durationMinutes: 60, ...over });
  const read = (over: object) => readSilence(written(over).data!, 's-1', timeMs('10:00'));

  it('has an end', () => {
    expect(read({})).toMatchObject({ silence: { startsAtMs: timeMs('10:00'), endsAtMs: timeMs('11:00'), author: 'u1', matchers: [LOGISTICS] } });
    expect(read({ durationMinutes: undefined })).toMatchObject({ faults: [{ field: 'endsAt' }] });
    expect(read({ durationMinutes: undefined, endsAt: '2020-01-01T00:00:00Z' })).toMatchObject({ faults: [{ field: 'endsAt' }] });
    expect(read({ endsAt: '2030-01-01T00:00:00Z' })).toMatchObject({ faults: [{ field: 'durationMinutes' }] });
  });

  it.each([[[]], [['rule=~".*"']], [['rule!=x-y-z']], [['severity=~"(a|.*)"', 'category!~"no such"']]])('with the matchers %j matches everything and asks for confirmation', (matchers) => {
    expect(read({ matchers })).toMatchObject({ faults: [{ field: 'confirm', message: expect.stringContaining('confirm: true') as string }] });
    expect(read({ matchers, confirm: true })).toHaveProperty('silence');
  });

  it.each([[['category=logistics']], [['rule=~"complaint-.*"']], [['severity=~"notice|warning"']], [['category=~".+"']]])('with the matchers %j does not', (matchers) => {
    expect(matchesEverything(written({ matchers }).data!.matchers)).toBe(false);
  });

  it.each([
    [{ cron: 'every day', timeZone: 'Asia/Shanghai', durationMinutes: 60 }, 'recurring.cron'],
    [{ cron: '0 2 30 2 *', timeZone: 'Asia/Shanghai', durationMinutes: 60 }, 'recurring.cron'],
    [{ cron: '99 2 * * *', timeZone: 'Asia/Shanghai', durationMinutes: 60 }, 'recurring.cron'],
  ])('that comes again at %j is refused', (recurring, field) => {
    expect(read({ recurring })).toMatchObject({ faults: [{ field }] });
  });

  it.each([[{ matchers: ['categry=x'] }], [{ matchers: ['region=~"("'] }], [{ matchers: Array.from({ length: 21 }, () => 'rule=x') }], [{ reason: '' }], [{ actor: undefined }], [{ until: 'x' }], [{ confirm: false }], [{ startsAt: 'soon' }]])('%j is refused', (over) => {
    expect(written(over).success).toBe(false);
  });

  it('knows a minute from an hour', () => {
    expect(read({ recurring: { cron: '0 2 * * *', durationMinutes: 90 }, durationMinutes: undefined })).toMatchObject({ silence: { endsAtMs: null, recurring: { timeZone: 'Asia/Shanghai', durationMs: 90 * MINUTE_MS } } });
  });
});
