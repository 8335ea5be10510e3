import type { Card, CardBlock } from '../../cards/card.ts';
import { escapeHtml } from '../../cards/escape.ts';
import { plainOf, plainText } from '../../cards/plain-text.ts';
import { colon } from '../../cards/punctuation.ts';
import type { PageLanguage } from '../../notify/summarize.ts';
import { drawPng } from '../../pictures/draw-png.ts';

const COLORS = { critical: '#d6293e', warning: '#d97706', notice: '#2563eb', resolved: '#15803d' } as const;
const FONT = 'font-family:-apple-system,Segoe UI,PingFang SC,Microsoft YaHei,sans-serif';

/** By which the HTML names the picture that is part of the mail: no mail program has to fetch anything. */
const PICTURE_ID = 'trend@tocsin';

interface Mail {
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; content: Buffer; contentType: string; cid: string }[];
}

/** A card as a mail: the headline is the subject; both bodies say the same. Styles stand inline, as mail programs want them. */
export function mailOf(card: Card): Mail {
  return {
    attachments: card.picture === undefined ? [] : [{ filename: 'trend.png', content: drawPng(card.picture.drawn), contentType: 'image/png', cid: PICTURE_ID }],
    subject: card.headline,
    text: [plainText(card), '', ...card.links.map(({ label, url }) => `${label}${colon(card.language)}${url}`)].join('\n'),
    html: `<!doctype html><html lang="${card.language}"><body style="${FONT};margin:0;padding:16px;color:#111827">`
      + `<div style="border-left:4px solid ${COLORS[card.tone]};padding:4px 12px"><h2 style="margin:0;font-size:18px">${escapeHtml(card.headline)}</h2></div>`
      + (card.picture === undefined ? '' : `<p style="margin:12px 0"><img src="cid:${PICTURE_ID}" width="600" style="max-width:100%;height:auto" alt="${escapeHtml(card.picture.alt)}"></p>`)
      + card.blocks.map((each) => block(each, card.language)).join('')
      + `<p>${card.links.map(({ label, url }) => `<a href="${escapeHtml(url)}" style="margin-right:16px">${escapeHtml(label)}</a>`).join('')}</p></body></html>`,
  };
}

function block({ style, title, lines }: CardBlock, language: PageLanguage): string {
  const head = title === null ? '' : `<h3 style="font-size:14px;margin:16px 0 4px">${escapeHtml(title)}</h3>`;
  switch (style) {
    case 'facts':
      return `${head}<table style="border-collapse:collapse;margin-top:8px">${lines.map(({ label, text }) => `<tr><td style="color:#6b7280;padding:2px 12px 2px 0">${escapeHtml(label ?? '')}</td><td><b>${escapeHtml(text)}</b></td></tr>`).join('')}</table>`;
    case 'list':
      return `${head}<ul style="margin:4px 0">${lines.map((line) => `<li>${escapeHtml(plainOf(line, language))}</li>`).join('')}</ul>`;
    case 'quotes':
      return head + lines.map((line) => `<blockquote style="margin:4px 0;padding-left:8px;border-left:2px solid #d1d5db">${escapeHtml(line.text)}</blockquote>`).join('');
    case 'note':
      return lines.map((line) => `<p style="color:#6b7280;font-size:12px">${escapeHtml(plainOf(line, language))}</p>`).join('');
  }
}
