import type { LocalText } from '../../core/rule.ts';
import { escapeHtml } from '../cards/escape.ts';
import { groupName } from '../notify/group-name.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { ActionLink } from './action-link.ts';
import { phonePage, wayOut } from './phone-page.ts';

/** What a person who opened a link is told. */
export type LinkState = 'confirm' | 'done' | 'pending' | 'used' | 'expired' | 'forged' | 'refused' | 'unavailable';

const TITLES: Record<LinkState, LocalText> = {
  confirm: { zh: '请确认', en: 'Please confirm' },
  done: { zh: '已完成', en: 'Done' },
  pending: { zh: '已记录，即将生效', en: 'Recorded, and will be done' },
  used: { zh: '此链接已使用过', en: 'This link was used before' },
  expired: { zh: '此链接已过期', en: 'This link has expired' },
  forged: { zh: '此链接无效', en: 'This link is not valid' },
  refused: { zh: '无法执行', en: 'This cannot be done' },
  unavailable: { zh: '暂时无法执行，请稍后再点一次', en: 'This cannot be done now; press again in a moment' },
};

const HINTS: Partial<Record<LinkState, LocalText>> = {
  used: { zh: '每个链接只能用一次。如果您刚刚按过，操作已经记录。', en: 'Each link works once. If you pressed it just now, it was recorded.' },
  expired: { zh: '链接在告警发出一段时间后失效，请在控制台处理。', en: 'A link works for a while after its page only; use the console.' },
  forged: { zh: '请从告警消息中重新打开，或在控制台处理。', en: 'Open it again from the page, or use the console.' },
};

const ACTS: Record<ActionLink['act'], LocalText> = { acknowledge: { zh: '我来处理', en: 'Acknowledge' }, silence: { zh: '静默', en: 'Silence' } };

/** Hours of silence that the confirm page offers. */
const SILENCE_HOURS = [1, 4, 24] as const;

const STATUS: Record<LinkState, number> = { confirm: 200, done: 200, pending: 202, used: 409, expired: 410, forged: 403, refused: 409, unavailable: 503 };

/** The page behind a link, in the language of the card that it came from with the other one below. Nothing acts before its button is pressed. */
export function linkPage(state: LinkState, { link, language, why }: { link?: ActionLink; language?: PageLanguage; why?: LocalText | undefined } = {}): { status: number; html: string } {
  const first: PageLanguage = language ?? link?.language ?? 'zh';
  const second: PageLanguage = first === 'zh' ? 'en' : 'zh';
  const hint = HINTS[state];
  const canAct = state === 'confirm' || state === 'unavailable';
  const body = [
    `<h1>${escapeHtml(TITLES[state][first])}</h1><p class="other" lang="${second}">${escapeHtml(TITLES[state][second])}</p>`,
    link === undefined ? '' : about(link, first),
    ...[why, hint].map((said) => (said === undefined ? '' : `<p>${escapeHtml(said[first])}</p><p class="other" lang="${second}">${escapeHtml(said[second])}</p>`)),
    canAct && link !== undefined ? form(link, first) : '',
    wayOut(link === undefined ? undefined : { id: link.incidentId, workspace: link.workspace }, first),
  ];
  return { status: STATUS[state], html: phonePage({ language: first, title: TITLES[state][first], body }) };
}

function about({ group, ruleId, actor }: ActionLink, language: PageLanguage): string {
  const channel = actor.startsWith('channel:') ? actor.slice('channel:'.length) : null;
  const name = language === 'zh' ? `以${channel === null ? ` ${actor} ` : `渠道 ${channel} `}的名义` : `in the name of ${channel === null ? actor : `the channel ${channel}`}`;
  const groupText = groupName(group)[language];
  return `<p class="line">${groupText === '' ? '' : `<strong>${escapeHtml(groupText)}</strong>`}${escapeHtml(ruleId)}<br><span class="other">${escapeHtml(name)}</span></p>`;
}

/** The form goes to the address of the page itself, so the token stands in no other place. */
function form({ act }: ActionLink, language: PageLanguage): string {
  const label = ACTS[act][language];
  if (act === 'acknowledge') return `<form method="post"><button>${escapeHtml(label)}</button></form>`;
  const buttons = SILENCE_HOURS.map((hours) => `<button formaction="?hours=${hours}">${escapeHtml(language === 'zh' ? `${label} ${hours} 小时` : `${label} for ${hours} h`)}</button>`);
  return `<form method="post">${buttons.join('')}</form>`;
}
