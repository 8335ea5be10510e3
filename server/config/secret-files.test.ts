import { describe, expect, it } from 'vitest';
import { withSecretFiles } from './secret-files.ts';
import { readSettings } from './settings.ts';

const files: Record<string, string> = { '/run/secrets/url': 'http://tocsin:pass@clickhouse:8123\n', '/run/secrets/token': 'abc' };
const readFile = (path: string): string => {
  const content = files[path];
  if (content === undefined) throw new Error('ENOENT');
  return content;
};
const read = (env: Record<string, string>) => readSettings(withSecretFiles(env, readFile));

describe('secrets in files', () => {
  it('are read in the place of the setting', () => {
    expect(read({ CLICKHOUSE_URL_FILE: '/run/secrets/url', TOCSIN_AUTH_TOKEN_FILE: '/run/secrets/token' })).toMatchObject({
      CLICKHOUSE_URL: 'http://tocsin:pass@clickhouse:8123',
      TOCSIN_AUTH_TOKEN: 'abc',
    });
  });

  it('leave settings alone whose own name ends so', () => {
    expect(read({ TOCSIN_TAXONOMY_FILE: 'mine.yaml' })).toMatchObject({ TOCSIN_TAXONOMY_FILE: 'mine.yaml' });
  });

  it('take an empty path for none', () => {
    expect(read({ CLICKHOUSE_URL_FILE: '' }).CLICKHOUSE_URL).toBeUndefined();
  });

  it.each([
    ['both given', { CLICKHOUSE_URL: 'http://x:1', CLICKHOUSE_URL_FILE: '/run/secrets/url' }, 'CLICKHOUSE_URL and CLICKHOUSE_URL_FILE are both set'],
    ['a file that is not there', { TOCSIN_AUTH_TOKEN_FILE: '/nowhere' }, 'TOCSIN_AUTH_TOKEN_FILE names "/nowhere", which cannot be read'],
    ['a setting that is no secret', { TOCSIN_HTTP_PORT_FILE: '/run/secrets/token' }, 'TOCSIN_HTTP_PORT_FILE is not a setting'],
  ])('are refused in words: %s', (_name, env, sentence) => {
    expect(() => read(env as Record<string, string>)).toThrow(sentence);
  });
});
