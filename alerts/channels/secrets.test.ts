import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { Secrets } from './secrets.ts';
import type { SecretReach } from './secrets.ts';

const root = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'));
const folder = join(root, 'secrets');
mkdirSync(folder);
writeFileSync(join(folder, 'key'), 'from-a-file\n');
writeFileSync(join(root, 'outside'), 'outside');
writeFileSync(join(folder, 'empty'), '\n');
writeFileSync(join(folder, 'large'), 'x'.repeat(20_000));
afterAll(() => rmSync(root, { recursive: true }));

const secrets = new Secrets({ env: { ANY: ' value ', TOCSIN_SECRET_ONE: 'one', EMPTY: '' }, folder });
const why = (ref: string, reach: SecretReach = 'anything'): string => {
  try {
    return secrets.read(ref, reach);
  } catch (error) {
    return error instanceof TocsinError ? `${error.code}: ${error.message}` : String(error);
  }
};

describe('a secret', () => {
  it('is read from a variable or a file, without the white space around it', () => {
    expect([why('env:ANY'), why(`file:${join(folder, 'key')}`), why(`file:${join(root, 'outside')}`)]).toEqual(['value', 'from-a-file', 'outside']);
  });

  it('is within reach of the API only where it was set aside for it', () => {
    expect(why('env:TOCSIN_SECRET_ONE', 'set-aside')).toBe('one');
    expect(why(`file:${join(folder, 'key')}`, 'set-aside')).toBe('from-a-file');
    expect(why('env:ANY', 'set-aside')).toBe('invalid_channel: env:ANY cannot be used over the API: variables for channels made there begin with TOCSIN_SECRET_.');
    for (const path of [join(root, 'outside'), join(folder, '..', 'outside'), `${folder}-other`]) expect(why(`file:${path}`, 'set-aside')).toContain('cannot be used over the API');
  });

  it('that is not there is named by its reference', () => {
    expect(why('env:NONE')).toBe('invalid_channel: env:NONE is not set.');
    expect(why('env:EMPTY')).toBe('invalid_channel: env:EMPTY is not set.');
    expect(why(`file:${join(folder, 'empty')}`)).toContain('is empty');
    expect(why(`file:${join(folder, 'none')}`)).toContain('cannot be read: ENOENT');
    expect(why(`file:${join(folder, 'large')}`)).toContain('is larger than');
    expect(why('the-secret-itself')).toBe('invalid_channel: a secret is no env:NAME or file:PATH.');
  });
});
