import type { LocalText } from '../../core/rule.ts';
import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import { escapeHtml } from '../cards/escape.ts';
import type { PageLanguage } from '../notify/summarize.ts';

/** Read in the dark and pressed with a thumb: the colours of the device, buttons of the whole width and 3.5 rem high. Each text has a contrast of 7:1 or more. */
const STYLE = `:root{color-scheme:light dark;--ground:#fff;--text:#111827;--text-2:#4b5563;--edge:#b45309;--act:#1e40af;--on-act:#fff;--mark:#fde68a;--on-mark:#111827}
@media(prefers-color-scheme:dark){:root{--ground:#080c11;--text:#f4f7fa;--text-2:#b6c3d0;--edge:#ffd23f;--act:#8ec5ff;--on-act:#080c11;--mark:#5b4300;--on-mark:#fff}}
body{background:var(--ground);color:var(--text);font:1.05rem/1.5 -apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:0}
main{margin:0 auto;max-width:32rem;padding:2rem 1.25rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0}
h2{font-size:1.15rem;line-height:1.25;margin:2rem 0 .5rem}
p{margin:.25rem 0}
.other{color:var(--text-2);font-size:.95rem}
.line{border-left:.3rem solid var(--edge);margin:1.25rem 0;padding-left:.75rem}
.line strong{display:block;font-size:1.3rem}
button,.button{border-radius:.6rem;box-sizing:border-box;display:block;font:inherit;font-weight:600;margin:.75rem 0;min-height:3.5rem;padding:.75rem 1rem;text-align:center;width:100%}
button{background:var(--act);border:.15rem solid var(--act);color:var(--on-act);cursor:pointer;touch-action:manipulation}
.button{border:.15rem solid var(--text-2);color:var(--text);text-decoration:none}
ol{margin:0;padding:0;list-style:none}
li{border-top:1px solid var(--text-2);padding:.75rem 0}
li p:first-child{white-space:pre-line}
mark{background:var(--mark);color:var(--on-mark);border-radius:.2rem;padding:0 .1rem}
:focus-visible{outline:.25rem solid var(--text);outline-offset:.15rem}`;

const OPENS_ALERT: LocalText = { zh: '查看告警详情', en: 'See the alert' };
const OPENS_CONSOLE: LocalText = { zh: '打开控制台', en: 'Open the console' };

/** A page for a phone at night, without a script. `body`: HTML, escaped by who made it. */
export function phonePage({ language, title, body }: { language: PageLanguage; title: string; body: readonly string[] }): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)} · Tocsin</title>`
    + `<style>${STYLE}</style></head><body><main>${body.join('')}</main></body></html>`;
}

/** Relative, so it works behind a proxy's path prefix: the page stands at `x/TOKEN`. */
export function wayOut(alert: { id: string; workspace: string } | undefined, language: PageLanguage): string {
  const query = new URLSearchParams({ ...(alert === undefined ? {} : { alert: alert.id, ...(alert.workspace === DEFAULT_WORKSPACE ? {} : { workspace: alert.workspace }) }), lang: language });
  return `<a class="button" href="../?${escapeHtml(query.toString())}">${escapeHtml((alert === undefined ? OPENS_CONSOLE : OPENS_ALERT)[language])}</a>`;
}
