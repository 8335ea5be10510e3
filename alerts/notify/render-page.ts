import type { AlertEvent, AlertMeasure, CampaignShare, QuotedItem } from '../../core/alert.ts';
import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import { TROUBLE_GROUP } from '../../core/trouble.ts';
import { troubleWords } from '../troubles/trouble-words.ts';
import { channelName, groupName } from './group-name.ts';
import { PAGE_VERSION } from './page.ts';
import type { Page, PageLinks, PageQuote } from './page.ts';
import { oneLine, shorten } from './safe-text.ts';
import { sayCampaigns } from './render-campaigns.ts';
import { summarize } from './summarize.ts';
import { isoDuration } from './time-text.ts';
import type { ZonedTime } from './time-text.ts';

const QUOTES_MAX = 3;
export const QUOTE_GRAPHEMES_MAX = 120;

export interface RenderOptions {
  /** Where people reach this server, without a slash at the end. */
  publicUrl: string;
  /** For the times in texts. */
  times: ZonedTime;
  /** Signs the address of the page with the very items; without it the address is that of the alert. */
  evidenceToken?(alertId: string, pageAtMs: number): string;
}

/** Where a page goes out at another time than its event, such as the next step of a chain. Milliseconds since the epoch. */
export interface PageMoment {
  decidedAtMs: number;
  openedAtMs: number | null;
  /** When it was over; null while it is not. */
  resolvedAtMs: number | null;
}

/** What a person is told of an alert event, at its own moment unless another one is given. Pure: the same event and key give the same page. */
export function renderPage(event: AlertEvent, idempotencyKey: string, { publicUrl, times, evidenceToken, moment }: RenderOptions & { moment?: PageMoment }): Page {
  const { decidedAtMs, openedAtMs, resolvedAtMs } = moment ?? { decidedAtMs: event.atMs, openedAtMs: openedAtMsOf(event), resolvedAtMs: event.kind === 'resolved' ? event.atMs : null };
  const isOver = event.kind === 'resolved' || resolvedAtMs !== null;
  const facts: Omit<Page, 'summary'> = {
    version: PAGE_VERSION,
    idempotencyKey,
    event: event.kind,
    eventId: event.id,
    alertId: event.alertId,
    workspace: event.workspace,
    rule: { id: event.ruleId, title: { zh: oneLine(event.title.zh), en: oneLine(event.title.en) } },
    group: event.group,
    groupName: event.measure?.kind === 'trouble' ? TROUBLE_GROUP : groupName(event.group),
    severity: event.severity,
    previousSeverity: event.kind === 'escalated' ? event.from : null,
    count: event.count,
    measure: event.measure ?? null,
    threshold: limitOf(event),
    resolveBelow: event.resolveBelow,
    peak: event.kind === 'resolved' ? event.peak : event.count,
    window: {
      ms: event.windowMs,
      iso: isoDuration(event.windowMs),
      from: rfc3339(event.atMs - event.windowMs),
      to: rfc3339(event.atMs),
    },
    firstItemAt: rfc3339OrNull(event.firstItemAtMs),
    lastItemAt: rfc3339OrNull(event.lastItemAtMs),
    at: rfc3339(decidedAtMs),
    openedAt: rfc3339OrNull(openedAtMs),
    resolvedAt: rfc3339OrNull(resolvedAtMs),
    resolvedBecause: event.kind === 'resolved' ? event.reason : null,
    endsAt: event.kind === 'resolved' || isOver ? null : rfc3339OrNull(event.endsAtMs),
    late: event.kind === 'opened' && event.late,
    quotes: event.kind === 'resolved' || isOver ? [] : event.quotes.slice(0, QUOTES_MAX).map(quote),
    ...(event.kind === 'resolved' || isOver || event.campaigns === undefined || event.campaigns.length === 0 ? {} : { campaigns: campaignsOf(event.campaigns) }),
    links: links(event, publicUrl, evidenceToken?.(event.alertId, decidedAtMs)),
    ...(event.measure?.kind === 'trouble' ? { notice: troubleNotice(event, event.measure) } : {}),
  };
  return { ...facts, summary: { zh: summarize(facts, 'zh', times), en: summarize(facts, 'en', times) } };
}

function campaignsOf(campaigns: readonly CampaignShare[]): NonNullable<Page['campaigns']> {
  const said = sayCampaigns(campaigns);
  return campaigns.map((campaign, index) => ({ ...campaign, text: said[index]! }));
}

/** What stands on the page in place of counts of feedback. */
function troubleNotice({ kind, count, fireAt }: AlertEvent, { trouble, about }: Extract<AlertMeasure, { kind: 'trouble' }>): NonNullable<Page['notice']> {
  const { found, limit, over, advice } = troubleWords(trouble, { level: count, openAt: fireAt, about });
  if (kind === 'resolved') return { zh: [over.zh], en: [over.en] };
  return { zh: [`${found.zh}（${limit.zh}）`, advice.zh], en: [`${found.en} (${limit.en})`, advice.en] };
}

/** Null where an escalation does not say when its alert opened. */
function openedAtMsOf(event: AlertEvent): number | null {
  switch (event.kind) {
    case 'opened':
      return event.atMs;
    case 'escalated':
      return event.openedAtMs ?? null;
    case 'resolved':
      return event.openedAtMs;
  }
}

function quote(item: QuotedItem): PageQuote {
  return {
    id: item.id,
    text: shorten(oneLine(item.text), QUOTE_GRAPHEMES_MAX),
    channel: item.channel,
    channelName: channelName(item.channel),
    createdAt: rfc3339(item.createdAtMs),
  };
}

function links(event: AlertEvent, publicUrl: string, evidenceToken: string | undefined): PageLinks {
  const alert = `${publicUrl}/?${new URLSearchParams({ ...(event.workspace === DEFAULT_WORKSPACE ? {} : { workspace: event.workspace }), alert: event.alertId }).toString()}`;
  // What is wrong with Tocsin itself was counted from no items.
  const hasItems = evidenceToken !== undefined && event.measure?.kind !== 'trouble';
  return { wall: `${publicUrl}/wall`, alert, evidence: hasItems ? `${publicUrl}/e/${evidenceToken}` : alert };
}

function rfc3339(atMs: number): string {
  return new Date(atMs).toISOString();
}

function rfc3339OrNull(atMs: number | null): string | null {
  return atMs === null ? null : rfc3339(atMs);
}

/** What the count is held against: the limit of the level that was reached, where the event is of one. */
function limitOf(event: AlertEvent): number {
  return ('levelAt' in event ? event.levelAt : undefined) ?? event.fireAt;
}
