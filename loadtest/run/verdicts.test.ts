import { expect, it } from 'vitest';
import { judge, told } from './figures.ts';
import { decideVerdicts, exitCodeOf, failedOtherwise, toVerdictTable } from './verdicts.ts';

const figures = [
  { ...judge(told('fast', 1, 'ms'), 'at-most', 2), scenario: 'spike' },
  { ...judge(told('slow', 3, 'ms'), 'at-most', 2), scenario: 'flow' },
  { ...told('only told', 3, 'ms'), scenario: 'soak' },
];

it('each scenario has a verdict, also one that broke, was never begun, or judges nothing', () => {
  const verdicts = decideVerdicts([{ name: 'spike', seconds: 4 }, { name: 'flow', seconds: 9 }, { name: 'soak', seconds: 1 }, { name: 'mixed' }, { name: 'nats-restart', seconds: 2, broke: 'nobody answered' }], figures);
  expect(verdicts.map(({ name, outcome }) => [name, outcome])).toEqual([['spike', 'met'], ['flow', 'missed'], ['soak', 'unjudged'], ['mixed', 'left-out'], ['nats-restart', 'broke']]);
  expect(verdicts[1]!.because).toEqual(['slow']);
  expect(failedOtherwise(verdicts).map(({ name }) => name)).toEqual(['soak', 'mixed', 'nats-restart']);
});

it('the table says each in one line, with why', () => {
  const table = toVerdictTable(decideVerdicts([{ name: 'flow', seconds: 9.4 }, { name: 'mixed' }], figures));
  expect(table.split('\n')).toHaveLength(3);
  expect(table).toMatch(/flow +MISSED +1 +9 +slow/);
  expect(table).toMatch(/mixed +LEFT OUT +0 +the run had taken too long/);
});

it.each([
  ['all is met', 0, [{ name: 'spike', seconds: 4 }], [figures[0]!]],
  ['a target is missed', 1, [{ name: 'flow', seconds: 9 }], [figures[1]!]],
  ['a scenario broke', 1, [{ name: 'spike', seconds: 4, broke: 'nobody answered' }], [figures[0]!]],
  ['a scenario was left out', 1, [{ name: 'spike', seconds: 4 }, { name: 'mixed' }], [figures[0]!]],
  ['a scenario has no target', 1, [{ name: 'spike', seconds: 4 }, { name: 'soak', seconds: 1 }], [figures[0]!, figures[2]!]],
] as const)('where %s the command ends with %d', (_what, code, runs, own) => {
  expect(exitCodeOf(own, decideVerdicts(runs, own))).toBe(code);
});
