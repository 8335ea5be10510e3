import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { LocalText } from '../../core/rule.ts';
import type { Page } from '../notify/page.ts';
import { evidenceIn, lastedText } from '../notify/summarize.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import { NO_FINDINGS_WORDS } from '../reason/findings.ts';
import { measureWords } from '../notify/render-measure.ts';
import { oneLine, shorten } from '../notify/safe-text.ts';
import { windowText } from '../notify/time-text.ts';
import { pictureOfPage } from '../pictures/picture-of-page.ts';
import type { ZonedTime } from '../notify/time-text.ts';
import { plainLine } from './card.ts';
import { withoutAddresses } from './escape.ts';
import type { Card, CardBlock, CardLine, CardLink, CardPicture } from './card.ts';
import { isPublicUrl } from './public-url.ts';
import { aside, colon } from './punctuation.ts';
import { toneOf } from './tone.ts';
import { LINK_LABELS, WORDS } from './words.ts';

/** What of a card goes first where there is too much, from the first to go to the last. */
export const KEEP = { footer: 1, quotes: 2, picture: 3, reason: 4, facts: 5, notice: 6, trust: 7 } as const;

const CAUSES_MAX = 5;
const PEOPLE_MAX = 5;
const NAME_GRAPHEMES_MAX = 24;

/** A page as a card in one language. Pure. */
export function composeCard(page: Page, language: PageLanguage, times: ZonedTime): Card {
  const words = new CardWords(page, language, times);
  const blocks = page.notice === undefined
    ? [words.notice(), words.facts(), words.incident(), words.causes(), words.campaigns(), words.quotes(), words.trust(), words.footer()]
    : [{ style: 'list' as const, title: null, keep: KEEP.facts, lines: page.notice[language].map(plainLine) }];
  const picture = words.picture();
  return withoutAddresses({ ...(picture === null ? {} : { picture }), tone: toneOf(page), language, headline: page.summary[language].line, blocks: blocks.filter((block) => block.lines.length > 0), links: linksOf(page, language) });
}

/** In a few words, where there is no room for a sentence: what it is about, and how many. */
export function shortTitle({ groupName, rule, count, threshold: fireAt, measure }: Page, language: PageLanguage): string {
  return `${shorten(groupName[language], NAME_GRAPHEMES_MAX)} · ${measure === null ? `${number(count)}/${number(fireAt)}` : shorten(rule.title[language], NAME_GRAPHEMES_MAX)}`;
}

function linksOf(page: Page, language: PageLanguage): CardLink[] {
  const kinds = ['acknowledge', 'silence', 'wall', 'alert', 'evidence'] as const;
  return kinds.flatMap((kind) => {
    const url = page.links[kind];
    if (url === undefined || (kind === 'evidence' && url === page.links.alert)) return [];
    return [{ kind, label: LINK_LABELS[kind][language], url: kind === 'evidence' ? evidenceIn(url, language) : url }];
  });
}

class CardWords {
  readonly #page: Page;
  readonly #language: PageLanguage;
  readonly #times: ZonedTime;

  constructor(page: Page, language: PageLanguage, times: ZonedTime) {
    this.#page = page;
    this.#language = language;
    this.#times = times;
  }

  /** Null where nothing is known of how its items came. */
  picture(): CardPicture | null {
    const drawn = pictureOfPage(this.#page, this.#language, this.#times);
    const { findings, window, links } = this.#page;
    if (drawn === null || findings?.state !== 'found') return null;
    const { bucketMs, counts } = findings.trend;
    return {
      drawn, keep: KEEP.picture,
      ends: counts.map((_, index) => this.#times.text(Date.parse(window.to) - (counts.length - 1 - index) * bucketMs)),
      url: links.chart !== undefined && isPublicUrl(links.chart) ? links.chart : null,
      alt: `${this.#say(WORDS.trend)}${colon(this.#language)}${this.#say(findings.trend.text)}`,
    };
  }

  notice(): CardBlock {
    const { late, detail } = this.#page;
    const said = [late ? this.#say(WORDS.late) : '', detail === undefined ? '' : oneLine(this.#say(detail))];
    return { style: 'note', title: null, keep: KEEP.notice, lines: said.filter((text) => text !== '').map(plainLine) };
  }

  facts(): CardBlock {
    const page = this.#page;
    const counted = this.#counted();
    const rows: (CardLine | null)[] = [
      ...counted,
      this.#owner(),
      this.#trend(),
      this.#lasted(),
      page.firstItemAt === null || page.lastItemAt === null ? null : this.#fact(WORDS.items, `${this.#time(page.firstItemAt)} → ${this.#time(page.lastItemAt)}${this.#aside(this.#times.offset(Date.parse(page.at)))}`),
      page.endsAt === null ? null : this.#fact(WORDS.ends, `${this.#time(page.endsAt)}${this.#aside(`< ${number(page.resolveBelow)}`)}`),
    ];
    return { style: 'facts', title: null, keep: KEEP.facts, fixed: counted.length, lines: rows.filter((row) => row !== null) };
  }

  /** Empty where the incident is this alert alone. */
  incident(): CardBlock {
    const { incident } = this.#page;
    if (incident === undefined || incident.alerts < 2) return { style: 'list', title: null, keep: KEEP.reason, lines: [] };
    const shown = incident.causes.slice(0, CAUSES_MAX).map(({ groupName, title, count }) => plainLine(`${this.#say(groupName)} · ${number(count)} · ${oneLine(this.#say(title))}`));
    const more = incident.alerts - shown.length;
    const title = this.#say({
      zh: `本事件共 ${incident.alerts} 项告警（${incident.alertsFiring} 项进行中），合计 ${number(incident.totalCount)} 条`,
      en: agreeInNumber(`${incident.alerts} alerts in this incident (${incident.alertsFiring} firing), ${number(incident.totalCount)} items in all`),
    });
    return { style: 'list', title, keep: KEEP.reason, lines: [...shown, ...(more > 0 ? [plainLine(this.#say({ zh: `另有 ${more} 项`, en: `and ${more} more` }))] : [])] };
  }

  causes(): CardBlock {
    const { findings } = this.#page;
    if (findings === undefined) return { style: 'list', title: null, keep: KEEP.reason, lines: [] };
    if (findings.state !== 'found') return { style: 'note', title: null, keep: KEEP.reason, lines: [plainLine(this.#say(NO_FINDINGS_WORDS[findings.state]))] };
    return { style: 'list', title: this.#say(findings.title), keep: KEEP.reason, lines: findings.lines.map((line) => plainLine(this.#say(line))) };
  }

  campaigns(): CardBlock {
    return { style: 'note', title: null, keep: KEEP.reason, lines: (this.#page.campaigns ?? []).map(({ text }) => plainLine(this.#say(text))) };
  }

  trust(): CardBlock {
    const { trust } = this.#page;
    return { style: 'note', title: null, keep: KEEP.trust, fixed: 1, lines: trust === undefined ? [] : [plainLine(this.#say(trust.text))] };
  }

  quotes(): CardBlock {
    const lines = this.#page.quotes.map((quote) => plainLine(`“${quote.text}”${this.#aside(this.#say(quote.channelName))}`));
    return { style: 'quotes', title: this.#say(WORDS.quotes), keep: KEEP.quotes, lines };
  }

  footer(): CardBlock {
    const { rule, workspace } = this.#page;
    return { style: 'note', title: null, keep: KEEP.footer, lines: [plainLine(`${this.#say(WORDS.rule)} ${rule.id} · ${this.#say(WORDS.workspace)} ${workspace}`)] };
  }

  /** What other kinds of rules measure is no count against a threshold, so they say it in a sentence of their own. */
  #counted(): CardLine[] {
    const { measure, count, threshold: fireAt, resolveBelow, window, event, peak } = this.#page;
    if (measure === null) {
      const counted = this.#fact(WORDS.count, `${number(count)} / ${number(fireAt)}${this.#aside(this.#say(windowText(window.ms)))}`);
      return event === 'resolved' ? [counted, this.#fact(WORDS.peak, number(peak))] : [counted];
    }
    const { counted, limit, over } = measureWords(measure, { count, fireAt, resolveBelow, windowMs: window.ms });
    return [this.#fact(WORDS.measured, `${this.#say(counted)}${this.#say({ zh: '；', en: '; ' })}${this.#say(event === 'resolved' ? over : limit)}`)];
  }

  #owner(): CardLine | null {
    const { incident } = this.#page;
    if (incident === undefined) return null;
    const owner = incident.assignee ?? incident.acknowledgedBy;
    if (owner !== null) return this.#fact(WORDS.owner, oneLine(owner));
    return incident.people.length === 0 ? null : this.#fact(WORDS.toldTo, incident.people.map(oneLine).slice(0, PEOPLE_MAX).join(this.#say({ zh: '、', en: ', ' })));
  }

  #trend(): CardLine | null {
    const { findings } = this.#page;
    return findings?.state === 'found' ? this.#fact(WORDS.trend, this.#say(findings.trend.text)) : null;
  }

  #lasted(): CardLine | null {
    const lasted = lastedText(this.#page);
    return this.#page.event === 'opened' || lasted === null ? null : this.#fact(WORDS.lasted, this.#say(lasted));
  }

  #fact(label: LocalText, text: string): CardLine {
    return { label: this.#say(label), text };
  }

  #aside(text: string): string {
    return aside(text, this.#language);
  }

  #time(at: string): string {
    return this.#times.text(Date.parse(at));
  }

  #say(text: LocalText): string {
    return text[this.#language];
  }
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
