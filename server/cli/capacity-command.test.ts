import { afterEach, expect, it, vi } from 'vitest';
import { capacityCommand } from './capacity-command.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function printed(...args: string[]): string {
  let text = '';
  vi.spyOn(console, 'log').mockImplementation((line: string) => void (text += `${line}\n`));
  capacityCommand().exitOverride().configureOutput({ writeErr: () => undefined }).parse(args, { from: 'user' });
  return text;
}

it('answers in the language that is asked for', () => {
  expect(printed('--items-per-day', '1000000', '--language', 'zh')).toContain('一个进程就够');
  expect(printed('--items-per-day', '1000000', '--language', 'en')).toContain('One process on one machine');
});

it.each([['zh', '一个进程就够'], ['en', 'One process on one machine']])('answers in that of TOCSIN_LANGUAGE where none is asked for: %s', (language, answer) => {
  vi.stubEnv('TOCSIN_LANGUAGE', language);
  expect(printed('--items-per-day', '1000000')).toContain(answer);
});

it('with --json prints the plan and what it rests on as one object', () => {
  const plan = JSON.parse(printed('--items-per-day', '1e9', '--window', '7d', '--json', '--language', 'en')) as { fits: string; parts: { part: string; nodes: number }[]; assumptions: string[] };
  expect(plan.fits).toBe('several');
  expect(plan.parts.map(({ part }) => part)).toEqual(['gateway', 'scorer', 'counter', 'nats', 'clickhouse']);
  expect(plan.assumptions.length).toBeGreaterThan(4);
});

it.each([
  ['no load', []],
  ['a load of nothing', ['--items-per-day', '0']],
  ['a load below nothing', ['--items-per-day', '-5']],
  ['a load that is no number', ['--items-per-day', 'many']],
  ['a load without end', ['--items-per-day', 'Infinity']],
  ['a window that is none', ['--items-per-day', '1', '--window', 'banana']],
  ['half a group', ['--items-per-day', '1', '--keys', '1.5']],
  ['two copies', ['--items-per-day', '1', '--copies', '2']],
  ['a language that it does not speak', ['--items-per-day', '1', '--language', 'fr']],
])('refuses %s', (_name, args) => {
  expect(() => printed(...args)).toThrow(/required option|argument .* is invalid/);
});
