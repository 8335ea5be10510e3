import type { LocalText } from '../../core/rule.ts';
import { escapeHtml } from '../cards/escape.ts';
import { aside } from '../cards/punctuation.ts';
import type { Proof } from '../evidence/prove-alert.ts';
import type { AlertWithTimeline } from '../list/alert-record.ts';
import { channelName, groupName } from '../notify/group-name.ts';
import { measureWords } from '../notify/render-measure.ts';
import { SEVERITY_WORDS, type PageLanguage } from '../notify/summarize.ts';
import { windowText, type ZonedTime } from '../notify/time-text.ts';
import { markWords } from './mark-words.ts';
import { phonePage, wayOut } from './phone-page.ts';

/** One counted item. */
export interface EvidenceItem {
  id: string;
  /** Masked. */
  text: string;
  channel: string;
  createdAtMs: number;
  store?: string | undefined;
  /** Words of the text that moved the model. */
  keywords: readonly string[];
}

/** What the items come to when they are counted again; or why that is not known. */
export type EvidenceCount = { state: 'counted'; proof: Proof } | { state: 'takes-longer' } | { state: 'not-now' };

/** A page of them. `firstNumber`: of the first of these among all, from 1. `next`: the address of the following page, null on the last one. */
export interface ListedItems {
  title: LocalText | null;
  items: readonly EvidenceItem[];
  firstNumber: number;
  next: string | null;
}

/** Why they cannot be listed. */
export interface NotListed {
  why: LocalText;
}

interface EvidencePageParts {
  alert: AlertWithTimeline;
  listed: ListedItems | NotListed;
  count: EvidenceCount;
  language: PageLanguage;
  times: ZonedTime;
}

const SAYS = {
  firing: { zh: '进行中', en: 'firing' },
  ended: { zh: '已结束', en: 'over' },
  fired: { zh: '触发', en: 'Fired' },
  none: { zh: '窗口内没有条目。', en: 'There are no items in the window.' },
  more: { zh: '后面的条目', en: 'The following items' },
  recount: { zh: '重新计数', en: 'Counted again' },
  equal: { zh: '一致', en: 'Equal' },
  differs: { zh: '不一致', en: 'Differs' },
  longer: { zh: '窗口很大，仍在计数；请稍后刷新本页。', en: 'The window is large and still being counted; reload this page in a moment.' },
  notNow: { zh: '现在无法重新计数；请稍后刷新本页。', en: 'It cannot be counted again now; reload this page in a moment.' },
  items: { zh: '触发告警的条目', en: 'The items that made it fire' },
} as const satisfies Record<string, LocalText>;

/** What fired, what it comes to when it is counted again, and the very items, oldest first. Pure. */
export function evidencePage({ alert, listed, count, language, times }: EvidencePageParts): string {
  const other: PageLanguage = language === 'zh' ? 'en' : 'zh';
  const say = (text: LocalText): string => escapeHtml(text[language]);
  const name = groupName(alert.group)[language];
  const title = alert.title[language];
  return phonePage({
    language,
    title: `${name} · ${title}`,
    body: [
      `<h1>${escapeHtml(name)}</h1><p>${escapeHtml(title)}</p>`,
      fired(alert, language, times),
      'why' in listed ? `<p>${say(listed.why)}</p>` : `<section aria-labelledby="again"><h2 id="again">${say(SAYS.recount)}</h2>${counted(count, language)}</section><section aria-labelledby="items"><h2 id="items">${say(listed.title ?? SAYS.items)}</h2>${list(listed.items, { alert, firstNumber: listed.firstNumber, language, times })}</section>`,
      'why' in listed || listed.next === null ? '' : `<a class="button" rel="next" href="${escapeHtml(listed.next)}">${say(SAYS.more)}</a>`,
      wayOut({ id: alert.alertId, workspace: alert.workspace }, language),
      `<p><a class="button" lang="${other}" hreflang="${other}" href="?lang=${other}">${other === 'zh' ? '中文' : 'English'}</a></p>`,
    ],
  });
}

/** What was told when it fired, and of the level that it reached after that. */
function fired({ opening, level, severity, state, windowMs, resolveBelow, openedAtMs, resolvedAtMs, count, fireAt }: AlertWithTimeline, language: PageLanguage, times: ZonedTime): string {
  const said = numbers({ measure: opening?.measure, count: opening?.count ?? count, fireAt: opening?.fireAt ?? fireAt, windowMs, resolveBelow })[language];
  const raised = level === undefined ? '' : `<br>${escapeHtml(`${SEVERITY_WORDS[level.severity][language]} · ${times.text(level.atMs)} · ${numbers({ measure: level.measure, count: level.count, fireAt: level.levelAt, windowMs, resolveBelow })[language]}`)}`;
  const when = `${SAYS.fired[language]} ${times.text(openedAtMs)}${aside(times.offset(openedAtMs), language)}`;
  const now = state === 'firing' ? SAYS.firing[language] : `${SAYS.ended[language]}${resolvedAtMs === null ? '' : ` ${times.text(resolvedAtMs)}`}`;
  return `<p class="line"><strong>${escapeHtml(said)}</strong>${escapeHtml(`${SEVERITY_WORDS[severity][language]} · ${now}`)}<br><span class="other">${escapeHtml(when)}</span>${raised}</p>`;
}

function numbers({ measure, count, fireAt, windowMs, resolveBelow }: { measure: Parameters<typeof measureWords>[0] | undefined; count: number; fireAt: number; windowMs: number; resolveBelow: number }): LocalText {
  const window = windowText(windowMs);
  const number = (value: number): string => value.toLocaleString('en-US');
  const { counted: found, limit } = measure === undefined
    ? { counted: { zh: `${window.zh}内 ${number(count)} 条`, en: `${number(count)} in ${window.en}` }, limit: { zh: `阈值 ${number(fireAt)}`, en: `threshold ${number(fireAt)}` } }
    : measureWords(measure, { count, fireAt, resolveBelow, windowMs });
  return { zh: `${found.zh}，${limit.zh}`, en: `${found.en}, ${limit.en}` };
}

function counted(count: EvidenceCount, language: PageLanguage): string {
  switch (count.state) {
    case 'takes-longer':
      return `<p>${escapeHtml(SAYS.longer[language])}</p>`;
    case 'not-now':
      return `<p>${escapeHtml(SAYS.notNow[language])}</p>`;
    case 'counted': {
      const { outcome, why } = count.proof;
      return `<p class="line"><strong>${outcome === 'equal' ? '✓' : '≠'} ${escapeHtml(SAYS[outcome][language])}</strong>${escapeHtml(why[language])}</p>`;
    }
  }
}

function list(items: readonly EvidenceItem[], { alert, firstNumber, language, times }: { alert: AlertWithTimeline; firstNumber: number; language: PageLanguage; times: ZonedTime }): string {
  if (items.length === 0) return `<p>${escapeHtml(SAYS.none[language])}</p>`;
  const topic = alert.opening?.basis?.topic?.term;
  const rows = items.map((item, index) => {
    const words = topic === undefined ? item.keywords : [...item.keywords, topic];
    const about = [channelName(item.channel)[language], ...(item.store === undefined || item.store === '' ? [] : [groupName({ store: item.store })[language]])];
    const at = `<time datetime="${new Date(item.createdAtMs).toISOString()}">${escapeHtml(times.text(item.createdAtMs))}</time>`;
    return `<li value="${firstNumber + index}"><p>${markWords(item.text, words)}</p><p class="other">${firstNumber + index} · ${at} · ${escapeHtml(about.join(' · '))}</p></li>`;
  });
  return `<ol>${rows.join('')}</ol>`;
}
