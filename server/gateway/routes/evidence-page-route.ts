import { z } from 'zod';
import { evidencePage, type EvidenceItem, type ListedItems, type NotListed } from '../../../alerts/links/evidence-page.ts';
import { linkPage } from '../../../alerts/links/link-page.ts';
import type { PageLanguage } from '../../../alerts/notify/summarize.ts';
import type { ZonedTime } from '../../../alerts/notify/time-text.ts';
import { TocsinError } from '../../../core/errors.ts';
import type { LocalText } from '../../../core/rule.ts';
import { errorInChinese } from '../../words/error-in-chinese.ts';
import { prefersChinese } from '../../words/prefers-chinese.ts';
import type { Evidence, EvidenceView } from '../evidence-service.ts';
import { Recounts } from '../recounts.ts';
import { JSON_TYPE, jsonReply, notFound, readQuery, type Reply, type Route, type RouteRequest } from '../route.ts';
import type { Links } from '../services.ts';
import { htmlReply } from './link-routes.ts';

/** A phone at night loads no more than it shows. */
const ITEMS_PER_PAGE = 30;
const query = z.object({ lang: z.enum(['zh', 'en']).optional(), cursor: z.string().max(1_200).optional(), from: z.coerce.number().int().min(1).max(1e9).default(1) });

/** The very items behind the evidence link of a card, for a person; the API's JSON for a program that asks for it. Opening it acts on nothing. */
export function evidencePageRoute({ links, evidence, times }: { links: Pick<Links, 'evidence'>; evidence: Evidence; times: ZonedTime }): Route {
  const recounts = new Recounts((alertId) => evidence.recount(alertId));
  return {
    method: 'GET', path: '/e/{token}',
    async handle(request) {
      const asked = readQuery(query, request.query);
      const opened = links.evidence(request.params[0] ?? '');
      if (wantsJson(request)) {
        const view = opened.ok ? await evidence.items(opened.link.alertId, { limit: ITEMS_PER_PAGE, ...(asked.cursor === undefined ? {} : { cursor: asked.cursor }) }) : null;
        if (view === null) throw notFound('alert');
        return jsonReply(200, view);
      }
      const language = asked.lang ?? (prefersChinese(request.acceptLanguage) ? 'zh' : 'en');
      if (!opened.ok) return notOpened(opened.reason, language);
      const { alertId } = opened.link;
      const alert = await evidence.alert(alertId);
      if (alert === null) return notOpened('expired', language);
      const [listed, count] = await Promise.all([listedOf(evidence, alertId, { ...asked, language }), recounts.of(alertId)]);
      return htmlReply('why' in listed ? listed.status : 200, evidencePage({ alert, listed, count, language, times }));
    },
  };
}

type Listed = ListedItems | (NotListed & { status: number });

/** A browser names HTML; what asks for JSON and not for HTML is a program. */
function wantsJson({ accept }: RouteRequest): boolean {
  return accept.includes(JSON_TYPE) && !accept.includes('text/html');
}

function notOpened(state: 'forged' | 'expired', language: PageLanguage): Reply {
  const { status, html } = linkPage(state, { language });
  return htmlReply(status, html);
}

async function listedOf(evidence: Evidence, alertId: string, { cursor, from, language }: { cursor?: string | undefined; from: number; language: PageLanguage }): Promise<Listed> {
  try {
    const view = await evidence.items(alertId, { limit: ITEMS_PER_PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (view === null) throw notFound('alert');
    const { items, nextCursor } = view;
    const next = nextCursor === null ? null : `?${new URLSearchParams({ lang: language, cursor: nextCursor, from: String(from + items.length) }).toString()}`;
    return { title: titleOf(view), items: items.map(itemOf), firstNumber: from, next };
  } catch (error) {
    if (!(error instanceof TocsinError) || error.code === 'internal' || error.code === 'invalid_request') throw error;
    return { status: error.status, why: { zh: errorInChinese(error.code, error.message), en: error.message } };
  }
}

/** Of a composite the items of one member after the other are listed. */
function titleOf({ part, parts }: EvidenceView): LocalText | null {
  const listed = parts.find(({ id }) => id === part);
  if (listed === undefined) return null;
  const isOneOf = parts.some(({ alertId }) => alertId !== listed.alertId);
  return isOneOf ? { zh: `${listed.ruleId}:${listed.title.zh}`, en: `${listed.ruleId}: ${listed.title.en}` } : listed.title;
}

function itemOf({ id, text, channel, createdAt, store, keywords }: EvidenceView['items'][number]): EvidenceItem {
  return { id, text, channel, createdAtMs: Date.parse(createdAt), store: typeof store === 'string' ? store : undefined, keywords: Array.isArray(keywords) ? keywords.map(String) : [] };
}
