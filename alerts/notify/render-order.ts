import { han } from '../../core/han.ts';
import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { PageOrder, PageReason } from '../../core/page-order.ts';
import type { LocalText } from '../../core/rule.ts';
import { groupName } from './group-name.ts';
import { orderEvent } from './order-event.ts';
import type { Page, PageIncident, PageSummary } from './page.ts';
import { renderPage } from './render-page.ts';
import type { PageMoment, RenderOptions } from './render-page.ts';
import { oneLine } from './safe-text.ts';

const CAUSES_IN_TEXT_MAX = 5;

/** What stands first on the page instead of its severity, where the reason is what matters. */
const HEADS: Partial<Record<PageReason, LocalText>> = {
  'reopened': { zh: '再次发生', en: 'BACK AGAIN' },
  'escalation-step': { zh: '无人确认', en: 'NOT ACKNOWLEDGED' },
  'acknowledgement-expired': { zh: '确认已到期，仍在发生', en: 'ACKNOWLEDGEMENT RAN OUT, STILL FIRING' },
  'grew': { zh: '确认后继续增长', en: 'GROWN SINCE ACKNOWLEDGED' },
  'new-cause': { zh: '确认后出现新原因', en: 'NEW CAUSE SINCE ACKNOWLEDGED' },
  'silence-ended': { zh: '静默结束，仍在发生', en: 'SILENCE OVER, STILL FIRING' },
  'quiet-hours-ended': { zh: '免打扰结束', en: 'QUIET HOURS OVER' },
  'inhibition-ended': { zh: '不再由其他告警解释', en: 'NO LONGER EXPLAINED' },
  'flapping': { zh: '反复波动，稳定前不再通知', en: 'FLAPPING, QUIET UNTIL STEADY' },
  'acknowledged': { zh: '已有人处理', en: 'ACKNOWLEDGED' },
  'handed-over': { zh: '交接给你', en: 'HANDED OVER TO YOU' },
  'split': { zh: '拆分出的事件', en: 'SPLIT OFF' },
  'correction': { zh: '更正', en: 'CORRECTION' },
  'resolved-by-hand': { zh: '已由人工关闭', en: 'CLOSED BY HAND' },
  'merged': { zh: '已并入其他事件', en: 'MERGED INTO ANOTHER INCIDENT' },
};

/** What a person is told of a page order: the page of its event, with why it goes out and the incident as a whole. Pure. */
export function renderOrder(order: PageOrder, idempotencyKey: string, options: RenderOptions): Page {
  const given = { ...options, moment: momentOf(order) };
  const page = renderPage(orderEvent(order), idempotencyKey, given);
  const isByWord = order.reason === 'resolved-by-hand' || order.reason === 'merged';
  // The sentence of an end says why the count ended it, which is not what happened here, or what this page is about.
  const plain = isByWord || order.reason === 'correction' ? renderPage(orderEvent({ ...order, kind: 'escalated' }), idempotencyKey, given) : page;
  const incident = incidentOf(order);
  return {
    ...page,
    reason: order.reason,
    detail: order.detail,
    ...(order.by === undefined ? {} : { by: order.by }),
    incident,
    ...(isByWord ? { resolvedBecause: order.reason === 'merged' ? 'merged' as const : 'by-hand' as const } : {}),
    summary: { zh: summary(plain.summary.zh, order, incident, 'zh'), en: summary(plain.summary.en, order, incident, 'en') },
  };
}

/** An end that the counter found lies where it found it; one by somebody's word, or a page after the end, where the desk has it. */
function momentOf({ kind, atMs, openedAtMs, event, incident }: PageOrder): PageMoment {
  const endedAtMs = event.kind === 'resolved' ? event.atMs : incident.resolvedAtMs ?? atMs;
  return { decidedAtMs: Math.max(atMs, event.atMs), openedAtMs, resolvedAtMs: kind === 'resolved' ? endedAtMs : null };
}

function incidentOf({ incident, people }: PageOrder): PageIncident {
  const { id, state, severity, alerts, alertsFiring, totalCount, causes, reopened, assignee, acknowledgedBy, resolvedBy, route } = incident;
  return {
    id, state, severity, openedAt: new Date(incident.openedAtMs).toISOString(), alerts, alertsFiring, totalCount, reopened, assignee, acknowledgedBy, resolvedBy, route, people,
    causes: causes.map(({ alertId, ruleId, title, group, count, state: causeState }) => ({ alertId, ruleId, title, group, groupName: groupName(group), count, state: causeState })),
  };
}

function summary(base: PageSummary, order: PageOrder, incident: PageIncident, language: 'zh' | 'en'): PageSummary {
  const head = headOf(order);
  const [first = '', ...rest] = base.text.split('\n');
  const line = head === undefined ? first : withHead(first, head[language], language);
  const added = [...(order.detail[language] === '' ? [] : [oneLine(order.detail[language])]), ...causeLines(incident, language), ...peopleLines(incident, language)];
  return { line, text: [line, ...added, ...rest].join('\n') };
}

function headOf({ reason, by }: PageOrder): LocalText | undefined {
  if (reason !== 'escalated-by-hand') return HEADS[reason];
  const who = oneLine(by ?? '');
  return { zh: han`${who} 手动升级`, en: `ESCALATED BY ${who}` };
}

function withHead(line: string, head: string, language: 'zh' | 'en'): string {
  return language === 'zh' ? line.replace(/^【[^】]*】/u, () => `【${head}】`) : line.replace(/^\[[^\]]*\]/u, () => `[${head}]`);
}

function causeLines({ alerts, alertsFiring, totalCount, causes }: PageIncident, language: 'zh' | 'en'): string[] {
  if (alerts < 2) return [];
  const total = totalCount.toLocaleString('en-US');
  const head = language === 'zh' ? `本事件共 ${alerts} 项告警（${alertsFiring} 项进行中），合计 ${total} 条：` : agreeInNumber(`${alerts} alerts in this incident (${alertsFiring} firing), ${total} items in all:`);
  const shown = causes.slice(0, CAUSES_IN_TEXT_MAX).map((cause) => (language === 'zh' ? han`· ${cause.groupName.zh} ${cause.count.toLocaleString('en-US')} 条` : `· ${cause.groupName.en}: ${cause.count.toLocaleString('en-US')}`));
  const more = alerts - shown.length;
  return [head, ...shown, ...(more > 0 ? [language === 'zh' ? `· 另有 ${more} 项` : `· and ${more} more`] : [])];
}

function peopleLines({ assignee, acknowledgedBy, resolvedBy }: PageIncident, language: 'zh' | 'en'): string[] {
  const said: string[] = [];
  if (assignee !== null) said.push(language === 'zh' ? han`负责人 ${oneLine(assignee)}` : `owner ${oneLine(assignee)}`);
  if (acknowledgedBy !== null) said.push(language === 'zh' ? han`${oneLine(acknowledgedBy)} 已确认` : `acknowledged by ${oneLine(acknowledgedBy)}`);
  if (resolvedBy !== null) said.push(language === 'zh' ? han`${oneLine(resolvedBy)} 已关闭` : `closed by ${oneLine(resolvedBy)}`);
  return said.length === 0 ? [] : [said.join(language === 'zh' ? '，' : ', ')];
}
