import { linkPage } from '../../../alerts/links/link-page.ts';
import type { LinkAnswer } from '../../../alerts/links/use-link.ts';
import { TocsinError } from '../../../core/errors.ts';
import { errorInChinese } from '../../words/error-in-chinese.ts';
import { notFound } from '../route.ts';
import type { Reply, Route } from '../route.ts';
import type { Links } from '../services.ts';

/** Nothing from elsewhere, and the address, which is the key, goes to nobody. */
const HEADERS = {
  'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
};

/** Pages behind the links of cards. Opening one acts on nothing: chat clients open links to preview them. The link itself is the permission. */
export function linkRoutes(links: Links): Route[] {
  return [
    {
      // The address holds what is drawn and its signature: it says the same for ever. Chat services fetch it without any login.
      method: 'GET', path: '/p/{token}',
      handle({ params: [token = ''] }) {
        const png = links.picture(token.replace(/\.png$/u, ''));
        if (png === null) throw notFound('picture');
        return { status: 200, contentType: 'image/png', body: png, headers: { 'cache-control': 'public, max-age=31536000, immutable', 'x-robots-tag': 'noindex', 'x-content-type-options': 'nosniff' } };
      },
    },
    { method: 'GET', path: '/a/{token}', handle: ({ params: [token = ''] }) => page(links.show(token)) },
    {
      method: 'POST', path: '/a/{token}', isOpen: true,
      handle({ params: [token = ''], query }) {
        const hours = Number(new URLSearchParams(query).get('hours') ?? Number.NaN);
        return page(Number.isInteger(hours) ? links.act(token, hours) : links.act(token));
      },
    },
  ];
}

async function page(answer: Promise<LinkAnswer>): Promise<Reply> {
  const { state, error, ...rest } = await answer.catch((error: unknown): LinkAnswer => {
    if (error instanceof TocsinError && error.retryable) return { state: 'unavailable' };
    throw error;
  });
  const { status, html } = linkPage(state, { ...rest, why: error === undefined ? undefined : { zh: errorInChinese(error.code, error.message), en: error.message } });
  return htmlReply(status, html);
}

export function htmlReply(status: number, html: string): Reply {
  return { status, contentType: 'text/html; charset=utf-8', body: html, headers: HEADERS };
}
