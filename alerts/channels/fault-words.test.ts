import { describe, expect, it } from 'vitest';
import { faultWords } from './fault-words.ts';

const failure = (code: unknown, message = 'connect to https://hooks.example/T024BE7LD'): Error => Object.assign(new Error(message), { code });

describe('words for a failed connection', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused'],
    ['EAI_AGAIN', 'host name cannot be looked up now'],
    ['CERT_HAS_EXPIRED', 'certificate expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate is for another host'],
    ['HPE_INVALID_CONSTANT', 'the answer is not HTTP'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS failed (ERR_SSL_WRONG_VERSION_NUMBER)'],
    ['ENEWONE', 'connection failed (ENEWONE)'],
  ])('%s', (code, words) => {
    expect(faultWords(failure(code))).toBe(words);
  });

  it('never take anything from a message, or from a code that is none', () => {
    for (const error of [failure(undefined), failure('see https://hooks.example/T024BE7LD'), failure(7), 'text', null]) {
      expect(faultWords(error)).toBe('connection failed');
    }
  });
});
