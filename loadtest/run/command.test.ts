import { expect, it } from 'vitest';
import { parseCommand } from './command.ts';

it('is a full run without options', () => {
  expect(parseCommand([])).toEqual({ kind: 'run', command: { size: 'full', only: [], peers: 'without-peers', output: 'table', soakMinutes: 0, soakPerSecond: 1_000, reportDir: 'loadtest/reports', accept: 'compare' } });
});

it('takes the size, the scenarios and the output', () => {
  const parsed = parseCommand(['--quick', '--only', 'spike, flow', '--peers', '--json']);
  expect(parsed).toMatchObject({ kind: 'run', command: { size: 'quick', only: ['spike', 'flow'], peers: 'with-peers', output: 'json' } });
});

it('soaks alone when it is asked to soak', () => {
  expect(parseCommand(['--soak', '90'])).toMatchObject({ kind: 'run', command: { only: ['soak'], soakMinutes: 90, soakPerSecond: 1_000 } });
  expect(parseCommand(['--soak', '10', '--rate', '500'])).toMatchObject({ kind: 'run', command: { soakMinutes: 10, soakPerSecond: 500 } });
});

it.each([
  [['--only', 'everything'], '--only names everything; it takes reference, bad-input'],
  [['--only', ','], '--only names nothing'],
  [['--soak', '0'], '--soak must be a number of minutes from 1 to 10080, not "0"'],
  [['--soak', 'long'], 'not "long"'],
  [['--soak', '5', '--rate', '0'], '--rate must be a whole number of items a second from 1 to 20000, not "0"'],
  [['--soak', '5', '--rate', '1.5'], 'not "1.5"'],
  [['--rate', '500'], 'give --soak MINUTES as well'],
  [['--quick', '--smoke'], 'two sizes'],
  [['--accept', '--only', 'spike'], '--accept keeps a whole run'],
  [['--accept', '--soak', '5'], '--accept keeps a whole run'],
  [['--fast'], '--fast'],
])('says what is wrong with %j', (args, sentence) => {
  const parsed = parseCommand(args);
  expect(parsed.kind).toBe('wrong');
  expect((parsed as { text: string }).text).toContain(sentence);
});

it('explains itself', () => {
  expect((parseCommand(['--help']) as { text: string }).text).toContain('--only a,b');
});
