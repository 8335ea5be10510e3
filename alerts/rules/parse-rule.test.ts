import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALERT_SEVERITIES, GROUP_FIELDS } from '../../core/rule.ts';
import type { Rule } from '../../core/rule.ts';
import { formatDuration, parseDuration, parseWindow } from './duration.ts';
import { faultInChinese } from '../../server/words/error-in-chinese.ts';
import { checkRule, parseRule } from './parse-rule.ts';
import { ruleToJson } from './rule-to-json.ts';

const RULE = { id: 'burst', title: { zh: '激增', en: 'Surge' }, kind: 'threshold', window: '24h', atLeast: 50 };

const rule: fc.Arbitrary<Rule> = fc
  .record({
    fireAt: fc.integer({ min: 1, max: 1_000_000_000 }),
    resolve: fc.double({ min: 0, max: 1, noNaN: true }),
    windowMs: fc.integer({ min: 60, max: 90 * 86_400 }).map((seconds) => seconds * 1000),
    groupBy: fc.subarray([...GROUP_FIELDS], { maxLength: 4 }),
    where: fc.option(fc.constantFrom('complaint', 'stars <= 2 && channel == "app"'), { nil: undefined }),
    severity: fc.constantFrom(...ALERT_SEVERITIES),
    notify: fc.array(fc.constantFrom('on-call', 'team'), { maxLength: 3 }),
    skills: fc.option(fc.subarray(['logistics', 'refund']), { nil: undefined }),
  })
  .map(({ fireAt, resolve, where, skills, ...rest }): Rule => ({
    id: 'a-rule',
    title: { zh: '标题', en: 'Title' },
    kind: 'threshold',
    ...(where === undefined ? {} : { where }),
    ...(skills === undefined ? {} : { assign: { skills } }),
    fireAt,
    resolveBelow: Math.max(1, Math.round(fireAt * resolve)),
    escalate: fireAt < 1_000_000 ? [{ atLeast: fireAt + 1, severity: 'critical' }] : [],
    ...rest,
  }));

describe('a rule over the API', () => {
  it('comes back the same after it was shown', () => {
    fc.assert(fc.property(rule, (one) => {
      expect(parseRule(ruleToJson(one))).toEqual(one);
    }));
  });

  it('fires on the count for atLeast and on the one after it for moreThan', () => {
    const { atLeast: _, ...base } = RULE;
    expect(parseRule({ ...base, atLeast: 50 })).toMatchObject({ fireAt: 50, resolveBelow: 40 });
    expect(parseRule({ ...base, moreThan: 50 })).toMatchObject({ fireAt: 51, resolveBelow: 41 });
    expect(parseRule({ ...base, atLeast: 1 })).toMatchObject({ fireAt: 1, resolveBelow: 1 });
  });

  it('is a warning without groups, levels or channels where it says nothing else', () => {
    expect(parseRule(RULE)).toMatchObject({ groupBy: [], severity: 'warning', escalate: [], notify: [] });
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['no window', { window: undefined }, 'window', /must be a length of time such as 24h/],
    ['a window of 0', { window: '0h' }, 'window', /"0h" is out of range: a window is 1 minute \(1m\) to 90 days \(90d\) long/],
    ['a window of 59 seconds', { window: '59s' }, 'window', /out of range/],
    ['a window of 10 years', { window: '3650d' }, 'window', /out of range/],
    ['a window without a unit', { window: '24' }, 'window', /"24" has no unit/],
    ['a window in an unknown unit', { window: '3 fortnights' }, 'window', /unknown unit "fortnights": use s, m, h, d or w/],
    ['N of 0', { atLeast: 0 }, 'atLeast', /must be a whole number from 1 to 1,000,000,000/],
    ['N above 10^9', { atLeast: 1_000_000_001 }, 'atLeast', /from 1 to 1,000,000,000/],
    ['N of a half', { atLeast: 2.5 }, 'atLeast', /whole number/],
    ['no count', { atLeast: undefined }, 'atLeast', /is missing: write atLeast: N, or moreThan: N/],
    ['two counts', { moreThan: 3 }, 'moreThan', /stands beside atLeast: write one of the two/],
    ['an end above the start', { resolveBelow: 51 }, 'resolveBelow', /is 51, above the count of 50 that fires/],
    ['a level below the count', { escalate: [{ atLeast: 50, severity: 'critical' }] }, 'escalate[0].atLeast', /must be above 50/],
    ['levels out of order', { escalate: [{ atLeast: 90, severity: 'critical' }, { atLeast: 80, severity: 'critical' }] }, 'escalate[1].atLeast', /must be above 90/],
    ['a milder level', { severity: 'critical', escalate: [{ atLeast: 90, severity: 'notice' }] }, 'escalate[0].severity', /is milder than critical/],
    ['an unknown kind', { kind: 'spke' }, 'kind', /"spke" is not known: a rule's kind is threshold/],
    ['no kind', { kind: undefined }, 'kind', /is missing: a rule's kind is threshold/],
    ['an unknown key', { windw: '24h' }, 'windw', /is not a key that is known here; did you mean window\?/],
    ['an unknown group', { groupBy: ['categry'] }, 'groupBy[0]', /"categry" is not a field to group by; did you mean category\?/],
    ['a group twice', { groupBy: ['category', 'category'] }, 'groupBy', /names a field twice/],
    ['five groups', { groupBy: GROUP_FIELDS.slice(0, 5) }, 'groupBy', /more than 4 fields/],
    ['no title in English', { title: { zh: '激增' } }, 'title.en', /is missing: a title needs a text in zh and one in en; en is not there/],
    ['an empty title', { title: { zh: ' ', en: 'Surge' } }, 'title.zh', /must not be empty/],
    ['no title', { title: undefined }, 'title', /is missing: \{zh: …, en: …\}/],
    ['an id with capitals', { id: 'Burst!' }, 'id', /1 to 64 small letters, digits and hyphens/],
    ['an unknown severity', { severity: 'urgent' }, 'severity', /must be one of notice, warning, critical/],
    ['a where that is wrong', { where: 'complant' }, 'where', /speaks of "complant"/],
    ['somebody by hand', { assign: 'u1' }, 'assign', /must be auto, or absent/],
    ['skills that nobody asks for', { skills: ['refund'] }, 'skills', /is of no use without assign: auto/],
    ['a skill of two words', { assign: 'auto', skills: ['two words'] }, 'skills[0]', /must be 1 to 64 letters/],
    ['a channel that is not a list', { notify: 'on-call' }, 'notify', /must be a list, such as \[on-call\]/],
  ])('with %s is refused and told why', (_, change, key, message) => {
    const result = checkRule({ ...RULE, ...change });
    expect(result.ok).toBe(false);
    const faults = result.ok ? [] : result.faults;
    expect(faults.map((fault) => fault.key)).toContain(key);
    expect(faults.find((fault) => fault.key === key)!.message).toMatch(message);
    for (const fault of faults) expect(faultInChinese(fault.message), fault.message).toMatch(/\p{Script=Han}/u);
  });

  it('is refused in sentences that name each key', () => {
    expect(() => parseRule({ ...RULE, window: '1y', atLeast: 0 })).toThrow(/^window "1y" has the unknown unit "y": .*\. atLeast must be a whole number .*\.$/);
    expect(() => parseRule('burst')).toThrow(/^The rule is not a rule/);
    expect(() => parseRule(null)).toThrow(/^The rule is not a rule/);
  });
});

describe('a length of time', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    [' 5 m ', 300_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toEqual({ ok: true, ms }));

  it.each(['', 'h', '-1h', '1.5h', '1h30m', '１h', '9'.repeat(13) + 's'])('"%s" is refused', (text) => expect(parseDuration(text).ok).toBe(false));

  it('is written back in the largest unit that fits, a day as 24h', () => {
    expect([60_000, 86_400_000, 172_800_000, 90_000, 7_776_000_000].map(formatDuration)).toEqual(['1m', '24h', '2d', '90s', '90d']);
  });

  it('of a window reaches from 1 minute to 90 days, both included', () => {
    expect([parseWindow('1m').ok, parseWindow('90d').ok, parseWindow('91d').ok]).toEqual([true, true, false]);
  });
});
