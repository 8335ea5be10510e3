import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { SETTINGS, readSettings } from './settings.ts';

function refusal(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (error) {
    expect(error).toBeInstanceOf(TocsinError);
    expect((error as TocsinError).code).toBe('invalid_setting');
    return (error as TocsinError).message;
  }
  throw new Error('the settings were taken');
}

describe('settings', () => {
  it('have defaults for an empty environment', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({ TOCSIN_HTTP_PORT: 8080, TOCSIN_DATA_DIR: './data', TOCSIN_TIME_ZONE: 'Asia/Shanghai' });
    expect(settings.TOCSIN_ROLES).toEqual(['gateway', 'scorer', 'counter', 'notifier']);
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('take an empty value for an absent one', () => {
    expect(readSettings({ TOCSIN_HTTP_PORT: '', NATS_URL: '' })).toMatchObject({ TOCSIN_HTTP_PORT: 8080, NATS_URL: undefined });
  });

  it.each([
    ['a port that is no number', { TOCSIN_HTTP_PORT: 'http' }, 'TOCSIN_HTTP_PORT must be a whole number from 0 to 65535 (it is "http")'],
    ['a port out of range', { TOCSIN_HTTP_PORT: '70000' }, 'TOCSIN_HTTP_PORT must be a whole number from 0 to 65535'],
    ['an unknown role', { TOCSIN_ROLES: 'gateway,oracle' }, 'oracle is none of them'],
    ['an unknown zone', { TOCSIN_TIME_ZONE: 'Mars/Olympus' }, 'TOCSIN_TIME_ZONE must be an IANA time zone'],
    ['a URL of another protocol', { CLICKHOUSE_URL: 'ftp://x' }, 'CLICKHOUSE_URL must be a URL that starts with http:// or https://'],
    ['a misspelt setting', { TOCSIN_HTTP_PROT: '80' }, 'TOCSIN_HTTP_PROT is not a setting'],
    ['some roles without a meeting place', { TOCSIN_ROLES: 'scorer' }, 'NATS_URL must say where they meet'],
    ['a database name with quotes', { TOCSIN_CLICKHOUSE_DATABASE: 'a`b' }, 'must be lower-case letters'],
  ])('refuse %s in words', (_name, env, sentence) => {
    expect(refusal(env as Record<string, string>)).toContain(sentence);
  });

  it('never repeat a secret in the refusal', () => {
    expect(refusal({ CLICKHOUSE_URL: 'ftp://user:hunter2@host' })).not.toContain('hunter2');
  });

  it('are all in docs/configuration.md, and nothing else is', () => {
    const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` \| ([^|]*) \| (.*) \|$/gm)].map((row) => ({ name: row[1], fallback: row[2]!.trim(), about: row[3]!.trim() }));
    expect(listed).toEqual(Object.entries(SETTINGS).map(([name, { defaultText, about }]) => ({ name, fallback: defaultText, about })));
  });
});
