import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from './testing/test-gateway.ts';

let server: TestGateway;
beforeAll(async () => {
  server = await startTestGateway();
});
afterAll(() => server.gateway.stop());

async function ask(path: string, language: string | null, init: RequestInit = {}): Promise<{ headers: Headers; problem: Record<string, unknown> }> {
  const response = await fetch(`${server.url}${path}`, { ...init, headers: { ...(init.headers as Record<string, string> | undefined), ...(language === null ? {} : { 'accept-language': language }) } });
  return { headers: response.headers, problem: (await response.json()) as Record<string, unknown> };
}
const BODY = { method: 'POST', headers: { 'content-type': 'application/json' } };

describe('a problem', () => {
  it.each([
    ['/v1/nothing', {}, { code: 'not_found', title: '没有找到', detail: '没有这个地址；/openapi.json 列出了所有地址。' }],
    ['/v1/feedback', { ...BODY, body: '[]' }, { code: 'empty_batch', title: '没有条目', detail: '请求中没有条目。' }],
    ['/v1/feedback', { ...BODY, body: '{' }, { code: 'invalid_json', title: 'JSON 无效', detail: expect.stringMatching(/^正文不是有效的 JSON：/u) as string }],
    ['/v1/feedback?limit=9999', {}, { code: 'invalid_request', title: '请求无效', detail: expect.stringMatching(/^查询参数不符合要求：limit：/u) as string }],
  ])('of %s is told in Chinese to who asks for it, with the same code', async (path, init, expected) => {
    const { headers, problem } = await ask(path, 'zh-CN,zh;q=0.9,en;q=0.8', init);
    expect(problem).toMatchObject(expected);
    expect(headers.get('content-language')).toBe('zh-CN');
    expect(headers.get('vary')).toBe('Accept-Language');
    const english = await ask(path, 'en', init);
    expect(english.problem).toMatchObject({ code: expected.code, type: problem['type'], status: problem['status'] });
    expect(english.headers.get('content-language')).toBe('en');
    expect(`${String(english.problem['title'])}${String(english.problem['detail'])}`).not.toMatch(/\p{Script=Han}/u);
    expect((await ask(path, null, init)).problem).toEqual(english.problem);
  });

  it('says in Chinese what is wrong with each item, its field and code as they are', async () => {
    const { problem } = await ask('/v1/feedback', 'zh', { ...BODY, body: JSON.stringify([{ channel: 'app' }, { text: '慢', channel: 'fax' }]) });
    expect(problem['rejected']).toMatchObject([{ index: 0, code: 'missing_field', field: 'text', message: 'text 缺失' }, { index: 1, code: 'not_in_list', field: 'channel', message: expect.stringMatching(/^channel 须为以下之一：/u) as string }]);
  });

  it.each(['zh;q=oops', ',,,,', 'x'.repeat(1_000), 'zh\u00e9'])('answers a header that makes no sense: %j', async (language) => {
    expect((await ask('/v1/nothing', language)).problem).toMatchObject({ code: 'not_found' });
  });
});
