import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = dirname(fileURLToPath(import.meta.url));
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
/** By their text: to load them all is to load the whole program. */
const commands = [...read('main.ts').matchAll(/^ {2}'?([\w-]+)'?: async \(\) => \(await import\('\.\/([\w-]+\.ts)'\)\)\.(\w+)\(\),$/gm)].map(([, name, file, made]) => ({ name: name!, file: file!, made: made! }));

it('knows every command that there is', () => {
  expect(commands.length).toBeGreaterThan(15);
});

it.each(commands)('$name is loaded under its own name', ({ name, file, made }) => {
  const [first] = read(file).split(`export function ${made}(`)[1]!.matchAll(/new Command\('([\w-]+)'\)/g);
  expect(first?.[1]).toBe(name);
});
