import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveId } from './derive-id.ts';

describe('a derived id', () => {
  it('is the same for the same line of the same file, and another for another file, line or content', () => {
    const id = deriveId('a.jsonl', 1, '{"text":"好"}');
    expect(deriveId('a.jsonl', 1, '{"text":"好"}')).toBe(id);
    for (const other of [deriveId('b.jsonl', 1, '{"text":"好"}'), deriveId('a.jsonl', 2, '{"text":"好"}'), deriveId('a.jsonl', 1, '{"text":"坏"}')]) {
      expect(other).not.toBe(id);
    }
  });

  it('is 24 letters whatever it is made of', () => {
    fc.assert(fc.property(fc.string(), fc.nat(), fc.string(), (file, line, content) => {
      expect(deriveId(file, line, content)).toMatch(/^[a-p]{24}$/);
    }));
  });
});
