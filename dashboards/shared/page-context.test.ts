import { describe, expect, it } from 'vitest';
import { liveAddress, parsePageQuery, withAlert, withLanguage } from './page-context.ts';
import { mustReload, pageVersion } from './page-version.ts';

describe('the address of a page', () => {
  it('names language and workspace', () => {
    expect(parsePageQuery('?lang=en&workspace=retail')).toEqual({ language: 'en', workspace: 'retail', alert: null });
    expect(parsePageQuery('')).toEqual({ language: null, workspace: null, alert: null });
    expect(parsePageQuery('?workspace=%20')).toEqual({ language: null, workspace: null, alert: null });
  });

  it('names the alert that is shown, and keeps everything else with another one or none', () => {
    expect(parsePageQuery('?alert=a-1').alert).toBe('a-1');
    expect(withAlert('?lang=en&alert=a-1', 'b 2')).toBe('?lang=en&alert=b+2');
    expect(parsePageQuery(withAlert('?lang=en&alert=a-1', null))).toEqual({ language: 'en', workspace: null, alert: null });
    expect(withAlert('?alert=a-1', null)).toBe('?');
  });

  it('cuts a workspace that is too long to be one', () => {
    expect(parsePageQuery(`?workspace=${'x'.repeat(5_000)}`).workspace).toHaveLength(128);
  });

  it('keeps everything else when the language is switched', () => {
    expect(withLanguage('http://h:1/wall?workspace=a&lang=zh#x', 'en')).toBe('http://h:1/wall?workspace=a&lang=en#x');
  });

  it.each([
    ['http://127.0.0.1:8080/wall?lang=en', 'ws://127.0.0.1:8080/live'],
    ['https://example.com/tocsin/wall#top', 'wss://example.com/tocsin/live'],
    ['http://127.0.0.1:8080/wall?workspace=a%2Fb', 'ws://127.0.0.1:8080/live'],
  ])('%s listens at %s', (page, live) => {
    expect(liveAddress(page)).toBe(live);
  });
});

describe('a page left open across an upgrade', () => {
  const built = (hash: string): string => `<script src="./assets/wall-${hash}.js"></script><link href="./assets/wall-${hash}.css">`;

  it('tells builds apart by the names of its files, in whatever order they stand', () => {
    expect(pageVersion(built('a1'))).toBe('assets/wall-a1.css assets/wall-a1.js');
    expect(pageVersion(built('a1'))).not.toBe(pageVersion(built('b2')));
    expect(pageVersion('<p>502 Bad Gateway</p>')).toBeNull();
  });

  it('loads itself again only for another build, and once for each', () => {
    expect(mustReload('a', 'a', null)).toBe(false);
    expect(mustReload('a', 'b', null)).toBe(true);
    expect(mustReload('a', 'b', 'b')).toBe(false);
    expect(mustReload('a', 'c', 'b')).toBe(true);
    expect(mustReload('a', null, null)).toBe(false);
  });
});
