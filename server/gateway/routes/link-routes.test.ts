import { describe, expect, it } from 'vitest';
import { LinkSigner } from '../../../alerts/links/action-link.ts';
import { LinkUse } from '../../../alerts/links/use-link.ts';
import { orderOf } from '../../../alerts/notify/testing/order-of.ts';
import { opened } from '../../../alerts/notify/testing/sample-events.ts';
import { TocsinError } from '../../../core/errors.ts';
import { MemoryBus } from '../../../stream/bus/memory-bus.ts';
import type { Reply, RouteRequest } from '../route.ts';
import { linkRoutes } from './link-routes.ts';

const signer = new LinkSigner(Buffer.alloc(32, 7));
const links = new LinkUse({ signer, used: new MemoryBus({ clock: { nowMs: () => 0 } }).keyValue('links'), nowMs: () => 0, submit: async () => ({ done: true }) });

async function get(path: string, token: string): Promise<Reply> {
  const route = linkRoutes(links).find((each) => each.method === 'GET' && each.path === path);
  const request: RouteRequest = { params: [token], query: '', contentType: '', body: new Uint8Array(), ifNoneMatch: '', accept: '', acceptLanguage: '' };
  return await route!.handle(request);
}

describe('the address of a picture', () => {
  it('gives a PNG that may be kept, and nothing for one that was not signed here', async () => {
    const token = signer.pictureToken({ tone: 'critical', language: 'zh', counts: [1, 2, 3], before: 0, fireAt: 5, from: '11-22 03:12', to: '11-23 03:12' });
    const { status, contentType, body, headers } = await get('/p/{token}', `${token}.png`);
    expect([status, contentType]).toEqual([200, 'image/png']);
    expect(Buffer.from(body as Uint8Array).subarray(1, 4).toString()).toBe('PNG');
    expect(headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' });
    await expect(get('/p/{token}', 'eA.eA.png')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a link that is refused', () => {
  it.each(['zh', 'en'] as const)('says why in the language of its card first, then in the other: %s', async (language) => {
    const refusing = new LinkUse({ signer, used: new MemoryBus({ clock: { nowMs: () => 0 } }).keyValue('links'), nowMs: () => 0, submit: async () => { throw new TocsinError('conflict', 'The incident a1 is over.'); } });
    const token = signer.linkFor({ ...orderOf(opened()), people: ['u7'] }, 'acknowledge', { channelId: 'desk', language });
    const route = linkRoutes(refusing).find((each) => each.method === 'POST')!;
    const { status, body } = await route.handle({ params: [token], query: '', contentType: '', body: new Uint8Array(), ifNoneMatch: '', accept: '', acceptLanguage: '' });
    const [first, second] = language === 'zh' ? ['事件 a1 已结束。', 'The incident a1 is over.'] : ['The incident a1 is over.', '事件 a1 已结束。'];
    expect(status).toBe(409);
    expect(String(body)).toContain(`<p>${first}</p><p class="other" lang="${language === 'zh' ? 'en' : 'zh'}">${second}</p>`);
  });
});
