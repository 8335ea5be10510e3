import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { endWithReader } from './end-with-reader.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

it.each([['a command ends', false, 1], ['a server goes on', true, 0]] as const)('%s when nobody reads its output any more', (_name, goesOn, exits) => {
  let asked = 0;
  const output = new EventEmitter();
  endWithReader(output, { goesOn, exit: () => void (asked += 1) });
  output.emit('error', failure('EPIPE'));
  expect(asked).toBe(exits);
  expect(() => output.emit('error', failure('EIO'))).toThrow('EIO');
});
