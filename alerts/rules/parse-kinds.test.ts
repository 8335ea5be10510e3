import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultInChinese } from '../../server/words/error-in-chinese.ts';
import { checkRule, parseRule } from './parse-rule.ts';
import { ruleToJson } from './rule-to-json.ts';

const TITLE = { zh: '标题', en: 'Title' };
const THRESHOLD = { id: 'r', title: TITLE, kind: 'threshold', window: '1h', atLeast: 10 };
const SEVERE = { id: 'r', title: TITLE, kind: 'severe', where: 'safetyRisk' };
const SHARE = { id: 'r', title: TITLE, kind: 'share', where: 'complaint', window: '1h', atLeast: '10%' };
const SPIKE = { id: 'r', title: TITLE, kind: 'spike', window: '1h' };
const ABSENCE = { id: 'r', title: TITLE, kind: 'absence', groupBy: ['channel'], window: '1h' };

describe('a rule of another kind', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['severe', SEVERE, { windowMs: 3_600_000, fireAt: 1, resolveBelow: 1, severity: 'critical' }],
    ['share', SHARE, { shareAtLeast: 0.1, resolveShareBelow: 0.08, volumeMin: 50, fireAt: 5, per: 100, of: { where: '', groupBy: [] } }],
    ['share of a thousand', { ...SHARE, atLeast: '8/1000', groupBy: ['category', 'store'] }, { shareAtLeast: 0.008, per: 1000, of: { where: '', groupBy: ['store'] } }],
    ['spike', SPIKE, { against: { every: 'week', windows: 4 }, method: 'poisson', sensitivity: 5, timesMin: 2, fireAt: 10, calendar: 'china', saleDays: ['06-18', '11-11', '12-12'], saleTimes: 3 }],
    ['spike by score', { ...SPIKE, method: 'robust-z', against: '14 days' }, { against: { every: 'day', windows: 14 }, sensitivity: 4 }],
    ['absence, learned', ABSENCE, { normal: { kind: 'learned', days: 7, itemsMin: 5 }, fireAt: 1 }],
    ['absence, given', { ...ABSENCE, normal: 40, fewerThan: 3 }, { normal: { kind: 'given', items: 40 }, fireAt: 3 }],
    ['new topic', { id: 'r', title: TITLE, kind: 'newTopic' }, { windowMs: 86_400_000, fireAt: 10, resolveBelow: 8, timesMin: 5, memoryMs: 14 * 86_400_000, terms: 'text', stopWords: [], groupBy: [] }],
    ['threshold with levels', { ...THRESHOLD, atLeast: undefined, levels: { notice: 5, critical: 20 }, notify: ['desk'] }, { severity: 'notice', fireAt: 5, escalate: [{ atLeast: 20, severity: 'critical', notify: ['desk'] }] }],
    ['threshold that must hold', { ...THRESHOLD, for: '10m', keepFiringFor: '30m' }, { forMs: 600_000, keepFiringMs: 1_800_000 }],
  ])('%s is read with its defaults, and comes back the same after it was shown', (_, written, expected) => {
    const parsed = parseRule(written);
    expect(parsed).toMatchObject(expected);
    expect(parseRule(ruleToJson(parsed))).toEqual(parsed);
  });

  it('comes back the same whatever its numbers', () => {
    const share = fc.record({ tenths: fc.integer({ min: 1, max: 1_000 }), of: fc.constantFrom(undefined, 'channel == "app"'), minVolume: fc.integer({ min: 1, max: 10_000 }) })
      .map(({ tenths, of, minVolume }) => ({ ...SHARE, atLeast: `${tenths / 10}%`, ...(of === undefined ? {} : { of }), minVolume }));
    const spike = fc.record({ days: fc.integer({ min: 3, max: 30 }), sensitivity: fc.double({ min: 1, max: 20, noNaN: true }), times: fc.double({ min: 1, max: 1_000, noNaN: true }) })
      .map(({ days, sensitivity, times }) => ({ ...SPIKE, against: `${days} days`, sensitivity, times }));
    fc.assert(fc.property(fc.oneof(share, spike), (written) => {
      const parsed = parseRule(written);
      expect(parseRule(ruleToJson(parsed))).toEqual(parsed);
    }));
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['an unknown kind', { ...SPIKE, kind: 'treshold' }, 'kind', /"treshold" is not known: a rule's kind is .*; did you mean threshold\?/],
    ['for longer than the window', { ...THRESHOLD, for: '2h' }, 'for', /is 2h, longer than the window of 1h/],
    ['for of nothing', { ...THRESHOLD, for: '0s' }, 'for', /out of range: it is 1s to 7d/],
    ['for without a unit', { ...THRESHOLD, for: '10' }, 'for', /has no unit/],
    ['keepFiringFor of years', { ...THRESHOLD, keepFiringFor: '3650d' }, 'keepFiringFor', /out of range/],
    ['of something else', { ...THRESHOLD, of: 'orders' }, 'of', /must be items, customers or probability/],
    ['levels beside atLeast', { ...THRESHOLD, levels: { warning: 5 } }, 'levels', /stands beside atLeast/],
    ['levels that fall', { ...THRESHOLD, atLeast: undefined, levels: { notice: 50, warning: 20 } }, 'levels.warning', /must be above 50/],
    ['a level that is misspelt', { ...THRESHOLD, atLeast: undefined, levels: { warnin: 5 } }, 'levels.warnin', /did you mean warning\?/],
    ['no level', { ...THRESHOLD, atLeast: undefined, levels: {} }, 'levels', /names no level/],
    ['severe without a condition', { ...SEVERE, where: undefined }, 'where', /must be a text/],
    ['severe with an unknown condition', { ...SEVERE, where: 'saftyRisk' }, 'where', /speaks of "saftyRisk"; did you mean safetyRisk\?/],
    ['severe with a window', { ...SEVERE, window: '1h' }, 'window', /not a key that is known here/],
    ['a cool-down of a year', { ...SEVERE, coolDown: '365d' }, 'coolDown', /out of range: it is 1m to 7d/],
    ['a share that is a number', { ...SHARE, atLeast: 0.1 }, 'atLeast', /must be a share: a share is written as 12%/],
    ['a share of nothing', { ...SHARE, atLeast: '0%' }, 'atLeast', /"0%" is not a share above 0/],
    ['a share of more than all', { ...SHARE, atLeast: '120%' }, 'atLeast', /not a share/],
    ['a share that ends above where it fires', { ...SHARE, resolveBelow: '20%' }, 'resolveBelow', /above the share of 10% that fires/],
    ['a share of the same', { ...SHARE, of: 'complaint' }, 'of', /the share is always all/],
    ['a share of everything', { ...SHARE, where: undefined }, 'where', /every item matches/],
    ['a share of foreign groups', { ...SHARE, groupBy: ['category'], ofGroupBy: ['store'] }, 'ofGroupBy[0]', /store is not in groupBy/],
    ['a spike against nothing', { ...SPIKE, against: '2 days' }, 'against', /out of range: 3 to 30 days/],
    ['a spike against the moon', { ...SPIKE, against: '4 moons' }, 'against', /not a number of days or weeks/],
    ['a spike over a month', { ...SPIKE, window: '30d' }, 'window', /overlap/],
    ['a spike over two days against days', { ...SPIKE, window: '48h', against: '7 days' }, 'window', /compare with weeks/],
    ['a calendar that is not known', { ...SPIKE, calendar: 'chinese' }, 'calendar', /not a calendar that is known: write china/],
    ['a sale on the 31st of February', { ...SPIKE, saleDays: ['02-31'] }, 'saleDays[0]', /"02-31" is not a day/],
    ['an unlikely sensitivity', { ...SPIKE, sensitivity: 0 }, 'sensitivity', /from 1 to 20/],
    ['a window of ten years', { ...SPIKE, window: '3650d' }, 'window', /out of range: a window is 1 minute/],
    ['an absence of normal and learned', { ...ABSENCE, normal: 5, learn: '7d' }, 'learn', /stands beside normal/],
    ['an absence that is normal', { ...ABSENCE, normal: 2, fewerThan: 5 }, 'normal', /it would fire while all is normal/],
    ['an absence learned from a year', { ...ABSENCE, learn: '365d' }, 'learn', /out of range: it is 3d to 30d/],
    ['a new topic over a month', { id: 'r', title: TITLE, kind: 'newTopic', window: '30d' }, 'window', /7d at most/],
    ['a new topic without a memory', { id: 'r', title: TITLE, kind: 'newTopic', window: '7d', memory: '1d' }, 'memory', /shorter than the window/],
    ['a new topic by group', { id: 'r', title: TITLE, kind: 'newTopic', groupBy: ['store'] }, 'groupBy', /not a key that is known here/],
    ['a new topic of more customers than are followed', { id: 'r', title: TITLE, kind: 'newTopic', atLeast: 1_000_000_000 }, 'atLeast', /is 1000000000: a topic is followed up to 200 customers/],
    ['an absence over a week', { ...ABSENCE, window: '7d' }, 'window', /24h at most/],
  ])('is refused for %s', (_, written, key, sentence) => {
    const result = checkRule(written);
    const faults = result.ok ? [] : result.faults;
    expect(faults.map((fault) => fault.key)).toContain(key);
    expect(faults.find((fault) => fault.key === key)!.message).toMatch(sentence);
    for (const fault of faults) expect(faultInChinese(fault.message), fault.message).toMatch(/\p{Script=Han}/u);
  });

  it.each(['', 'a week', '-7d'])('is told once of a length of time that is none: %j', (learn) => {
    const result = checkRule({ ...ABSENCE, learn });
    expect(result.ok ? [] : result.faults.map(({ key }) => key)).toEqual(['learn']);
  });
});
