import type { LocalText } from '../../core/rule.ts';
import { escapeHtml } from '../cards/escape.ts';
import { groupName } from '../notify/group-name.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { ActionLink } from './action-link.ts';

/** What a person who opened a link is told. */
export type LinkState = 'confirm' | 'done' | 'pending' | 'used' | 'expired' | 'forged' | 'refused' | 'unavailable';

const TITLES: Record<LinkState, LocalText> = {
  confirm: { zh: '请确认', en: 'Please confirm' },
  done: { zh: '已完成', en: 'Done' },
  pending: { zh: '已记录,即将生效', en: 'Recorded, and will be done' },
  used: { zh: '此链接已使用过', en: 'This link was used before' },
  expired: { zh: '此链接已过期', en: 'This link has expired' },
  forged: { zh: '此链接无效', en: 'This link is not valid' },
  refused: { zh: '无法执行', en: 'This cannot be done' },
  unavailable: { zh: '暂时无法执行,请稍后再点一次', en: 'This cannot be done now; press again in a moment' },
};

const HINTS: Partial<Record<LinkState, LocalText>> = {
  used: { zh: '每个链接只能用一次。如果您刚刚按过,操作已经记录。', en: 'Each link works once. If you pressed it just now, it was recorded.' },
  expired: { zh: '链接在告警发出一段时间后失效,请在控制台处理。', en: 'A link works for a while after its page only; use the console.' },
  forged: { zh: '请从告警消息中重新打开,或在控制台处理。', en: 'Open it again from the page, or use the console.' },
};

const OPENS_INCIDENT: LocalText = { zh: '查看告警详情', en: 'See the alert' };
const OPENS_CONSOLE: LocalText = { zh: '打开控制台', en: 'Open the console' };

const ACTS: Record<ActionLink['act'], LocalText> = { acknowledge: { zh: '我来处理', en: 'Acknowledge' }, silence: { zh: '静默', en: 'Silence' } };

/** Hours of silence that the confirm page offers. */
const SILENCE_HOURS = [1, 4, 24] as const;

const STATUS: Record<LinkState, number> = { confirm: 200, done: 200, pending: 202, used: 409, expired: 410, forged: 403, refused: 409, unavailable: 503 };

/** Read in the dark and pressed with a thumb: the colours of the device, buttons of the whole width and 3.5 rem high. Each text has a contrast of 7:1 or more. */
const STYLE = `:root{color-scheme:light dark;--ground:#fff;--text:#111827;--text-2:#4b5563;--edge:#b45309;--act:#1e40af;--on-act:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#080c11;--text:#f4f7fa;--text-2:#b6c3d0;--edge:#ffd23f;--act:#8ec5ff;--on-act:#080c11}}
body{background:var(--ground);color:var(--text);font:1.05rem/1.5 -apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:0}
main{margin:0 auto;max-width:32rem;padding:2rem 1.25rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0}
p{margin:.25rem 0}
.other{color:var(--text-2);font-size:.95rem}
.line{border-left:.3rem solid var(--edge);margin:1.25rem 0;padding-left:.75rem}
.line strong{display:block;font-size:1.3rem}
button,.button{border-radius:.6rem;box-sizing:border-box;display:block;font:inherit;font-weight:600;margin:.75rem 0;min-height:3.5rem;padding:.75rem 1rem;text-align:center;width:100%}
button{background:var(--act);border:.15rem solid var(--act);color:var(--on-act);cursor:pointer;touch-action:manipulation}
.button{border:.15rem solid var(--text-2);color:var(--text);text-decoration:none}
:focus-visible{outline:.25rem solid var(--text);outline-offset:.15rem}`;

/** The page behind a link, in the language of the card that it came from with the other one below. Nothing acts before its button is pressed. */
export function linkPage(state: LinkState, { link, detail = '' }: { link?: ActionLink; detail?: string } = {}): { status: number; html: string } {
  const first: PageLanguage = link?.language ?? 'zh';
  const second: PageLanguage = first === 'zh' ? 'en' : 'zh';
  const hint = HINTS[state];
  const canAct = state === 'confirm' || state === 'unavailable';
  const body = [
    `<h1>${escapeHtml(TITLES[state][first])}</h1><p class="other" lang="${second}">${escapeHtml(TITLES[state][second])}</p>`,
    link === undefined ? '' : about(link, first),
    detail === '' ? '' : `<p>${escapeHtml(detail)}</p>`,
    hint === undefined ? '' : `<p>${escapeHtml(hint[first])}</p><p class="other" lang="${second}">${escapeHtml(hint[second])}</p>`,
    canAct && link !== undefined ? form(link, first) : '',
    wayOut(link, first),
  ];
  return {
    status: STATUS[state],
    html: `<!doctype html><html lang="${first}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(TITLES[state][first])} · Tocsin</title>`
      + `<style>${STYLE}</style></head><body><main>${body.join('')}</main></body></html>`,
  };
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

/** Relative, so it works behind a proxy's path prefix: the page stands at `a/TOKEN`. */
function wayOut(link: ActionLink | undefined, language: PageLanguage): string {
  const query = new URLSearchParams({ ...(link === undefined ? {} : { alert: link.incidentId, ...(link.workspace === 'default' ? {} : { workspace: link.workspace }) }), lang: language });
  return `<a class="button" href="../?${escapeHtml(query.toString())}">${escapeHtml((link === undefined ? OPENS_CONSOLE : OPENS_INCIDENT)[language])}</a>`;
}
