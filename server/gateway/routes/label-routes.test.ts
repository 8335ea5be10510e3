import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let server: TestGateway;
const acts: unknown[] = [];
beforeAll(async () => {
  server = await startTestGateway({
    services: (services) => ({
      ...services,
      labels: {
        of: async () => ({ outcome: 'kept', history: [], current: {} }),
        set: async (workspace, feedbackId, act) => {
          acts.push([workspace, feedbackId, act]);
          const record = { id: 'l1', workspace, feedbackId, text: 't', by: act.by, atMs: 0, labels: act.labels };
          return { outcome: acts.length === 1 ? 'kept' : 'already-so', history: [record], current: { stars: { value: 1, by: act.by, atMs: 0 } } };
        },
        labelled: async ({ after, limit }) => (after === '' ? [{ feedbackId: 'a', text: '太慢', complaint: true }, { feedbackId: 'b', text: '好', stars: 5 }].slice(0, limit) : []),
      },
    }),
  });
});
afterAll(() => server.gateway.stop());

async function post(body: unknown, path = '/v1/feedback/a-1/labels'): Promise<{ status: number; body: { code?: string; detail?: string } }> {
  const response = await fetch(server.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, body: await response.json() as { code?: string; detail?: string } };
}

describe('labels over HTTP', () => {
  it('are kept with 201, and answered with 200 when they were so already', async () => {
    const at = new Date(0).toISOString();
    const body = { by: ' u1 ', stars: 1, workspace: 'shop' };
    const answer = { feedbackId: 'a-1', current: { stars: { value: 1, by: 'u1', at } }, history: [{ id: 'l1', by: 'u1', at, stars: 1 }] };
    expect(await post(body)).toEqual({ status: 201, body: answer });
    expect(await post(body)).toEqual({ status: 200, body: answer });
    expect(acts[0]).toEqual(['shop', 'a-1', { by: 'u1', labels: { stars: 1 } }]);
  });

  it.each([
    ['nobody', { stars: 1 }, 'by'],
    ['an empty name', { by: ' ', stars: 1 }, 'by'],
    ['no label', { by: 'u1' }, 'names none of sentiment, stars'],
    ['a sentiment that there is not', { by: 'u1', sentiment: 'angry' }, 'sentiment'],
    ['six stars', { by: 'u1', stars: 6 }, 'stars'],
    ['half a star', { by: 'u1', stars: 1.5 }, 'stars'],
    ['a word for yes', { by: 'u1', complaint: 'yes' }, 'complaint'],
    ['an unknown category', { by: 'u1', categories: ['weather'] }, 'categories.0'],
    ['no category', { by: 'u1', categories: [] }, 'categories'],
    ['a category twice', { by: 'u1', categories: ['logistics', 'logistics'] }, 'categories: names a category twice'],
    ['an unknown field', { by: 'u1', stars: 1, mood: 'bad' }, 'mood: is not known here'],
    ['a complaint without severity', { by: 'u1', complaint: true, severity: 'none' }, 'severity: a complaint has one'],
    ['severity without a complaint', { by: 'u1', complaint: false, severity: 'mild' }, 'severity: what is no complaint has none'],
    ['a positive complaint', { by: 'u1', complaint: true, sentiment: 'positive' }, 'sentiment: a complaint is not positive'],
    ['a list', [{ by: 'u1', stars: 1 }], 'expected object'],
  ])('refuse %s, naming it', async (_, body, words) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.detail).toContain(words);
  });

  it('refuse what is no JSON', async () => {
    expect(await post('{')).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
  });

  it('are listed in pages', async () => {
    const page = async (query: string): Promise<unknown> => (await fetch(`${server.url}/v1/labels${query}`)).json();
    expect(await page('?limit=1')).toEqual({ items: [{ feedbackId: 'a', text: '太慢', complaint: true }], next: 'a' });
    expect(await page('?after=b')).toEqual({ items: [], next: null });
    expect(await page('?limit=0')).toMatchObject({ code: 'invalid_request' });
  });
});
