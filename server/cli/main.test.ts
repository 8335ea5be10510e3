import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from './main.ts';

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

describe('a command that is not as it must be', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it.each([
    ['an unknown option', ['serve', '--nope'], "unknown option '--nope'", 'Usage: tocsin serve'],
    ['a missing option', ['replay'], "required option '--file <file>' not specified", 'Usage: tocsin replay'],
    ['an unknown command below another', ['rules', 'nope'], "unknown command 'nope'", 'Usage: tocsin rules'],
    ['an unknown option below another', ['rules', 'check', '--nope'], "unknown option '--nope'", 'Usage: tocsin rules check'],
  ])('is told with how it is used: %s', async (_name, args, error, usage) => {
    let said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    await main(['node', 'tocsin', ...args]);
    expect(said).toContain(error);
    expect(said).toContain(usage);
    expect(process.exitCode).toBe(1);
  });
});
