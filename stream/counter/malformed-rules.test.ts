import { describe, expect, it } from 'vitest';
import type { Rule } from '../../core/rule.ts';
import { createState } from './state.ts';
import { step } from './step.ts';
import { LogScript, START_MS, makeItem, makeRule } from './testing/entries.ts';

const MALFORMED: [what: string, over: Record<string, unknown>][] = [
  ['no groups', { groupBy: undefined }],
  ['a group of a version to come', { groupBy: ['mood'] }],
  ['a where that is a number', { where: 1 }],
  ['nobody to notify', { notify: null }],
  ['no levels', { escalate: undefined }],
  ['a level that is none', { escalate: [null] }],
  ['no title', { title: undefined }],
];

describe('a rule set on the log', () => {
  it.each(MALFORMED)('leaves out a rule with %s, says so, and counts by the others', (_what, over) => {
    const log = new LogScript();
    const state = createState();
    const whole = makeRule({ id: 'whole', fireAt: 1, resolveBelow: 1 });
    const malformed = { ...makeRule({ id: 'malformed', fireAt: 1, resolveBelow: 1 }), ...over } as unknown as Rule;
    const { notices } = step(state, log.rules(START_MS, [malformed, whole]));
    expect(notices).toMatchObject([{ kind: 'rule-refused', ruleId: 'malformed' }]);
    const { events } = step(state, log.frame(START_MS, [makeItem()]));
    expect(events.map(({ kind, ruleId }) => `${kind} ${ruleId}`)).toEqual(['opened whole']);
  });
});
