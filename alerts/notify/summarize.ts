import { han } from '../../core/han.ts';
import { ALERT_SEVERITY_NAMES } from '../../core/names.ts';
import { severityRank } from '../../core/operation.ts';
import type { AlertSeverity, LocalText } from '../../core/rule.ts';
import type { Page, PageSummary } from './page.ts';
import { measureWords } from './render-measure.ts';
import type { MeasureWords } from './render-measure.ts';
import { spanText, windowText } from './time-text.ts';
import type { ZonedTime } from './time-text.ts';

/** Languages that a page is written in. */
export type PageLanguage = 'zh' | 'en';

export const SEVERITY_WORDS: Record<AlertSeverity, LocalText> = {
  notice: inCapitals('notice'),
  warning: inCapitals('warning'),
  critical: inCapitals('critical'),
};

function inCapitals(severity: AlertSeverity): LocalText {
  const { zh, en } = ALERT_SEVERITY_NAMES[severity];
  return { zh, en: en.toUpperCase() };
}

type Facts = Omit<Page, 'summary'>;
const MINUTE_MS = 60_000;

/** The address of the page with the very items, in one language. */
export function evidenceIn(address: string, language: PageLanguage): string {
  return `${address}?lang=${language}`;
}

/** From its opening to its end, or to the page while it has none; null where it is not known when it opened. */
export function lastedText({ at, openedAt, resolvedAt }: Pick<Page, 'at' | 'openedAt' | 'resolvedAt'>): LocalText | null {
  return openedAt === null ? null : spanText(Date.parse(resolvedAt ?? at) - Date.parse(openedAt));
}

/**
 * The page in words: one line with what, how many and since when, and a few lines with the rest.
 * The line starts with its state in words, because a colour does not survive a lock screen.
 */
export function summarize(page: Facts, language: PageLanguage, times: ZonedTime): PageSummary {
  const words = language === 'zh' ? new ChineseWords(page, times) : new EnglishWords(page, times);
  return { line: words.line(), text: [words.line(), ...words.details()].join('\n') };
}

/** What both languages say with the same characters. */
class Words {
  protected readonly page: Facts;
  readonly #times: ZonedTime;

  constructor(page: Facts, times: ZonedTime) {
    this.page = page;
    this.#times = times;
  }

  /** How this kind of rule says its numbers; null for a count of items. */
  protected get measured(): MeasureWords | null {
    const { measure, count, threshold, resolveBelow, window } = this.page;
    return measure === null ? null : measureWords(measure, { count, fireAt: threshold, resolveBelow, windowMs: window.ms });
  }

  protected get window(): LocalText {
    return windowText(this.page.window.ms);
  }

  /** Null where it is not known when the alert opened. */
  protected get lasted(): LocalText | null {
    return lastedText(this.page);
  }

  /** When it was counted so, where the page goes out at another minute than that; null where it does not. */
  protected get countedAt(): string | null {
    const { at, window } = this.page;
    return Date.parse(at) - Date.parse(window.to) < MINUTE_MS ? null : this.time(window.to);
  }

  /** Of a page that goes out while it lasts, or by somebody's word: whether its level is a higher one than was told before. */
  protected get isHigher(): boolean {
    const { previousSeverity, severity } = this.page;
    return previousSeverity !== null && severityRank(severity) > severityRank(previousSeverity);
  }

  /** Nothing where it leads to the alert as well. */
  protected evidence(label: string, language: PageLanguage): string[] {
    const { alert, evidence } = this.page.links;
    return evidence === alert ? [] : [`${label} ${evidenceIn(evidence, language)}`];
  }

  protected time(at: string): string {
    return this.#times.text(Date.parse(at));
  }

  protected get zone(): string {
    return this.#times.offset(Date.parse(this.page.at));
  }

  protected number(value: number): string {
    return value.toLocaleString('en-US');
  }
}

class ChineseWords extends Words {
  line(): string {
    const { page } = this;
    const at = this.time(page.at);
    const counted = `${page.groupName.zh}：${this.measured?.counted.zh ?? `${this.window.zh}内 ${this.number(page.count)} 条`}${this.countedAt === null ? '' : `（${this.countedAt} 时）`}`;
    const limit = this.measured?.limit.zh ?? `阈值 ${this.number(page.threshold)}`;
    switch (page.event) {
      case 'opened':
        return `【${SEVERITY_WORDS[page.severity].zh}${page.late ? '·迟到补齐' : ''}】${counted}，${limit} · ${at} · ${page.rule.title.zh}`;
      case 'escalated':
        return `【升级为${SEVERITY_WORDS[page.severity].zh}】${counted}，${limit} · ${at} · ${page.rule.title.zh}`;
      case 'resolved': {
        const why = page.resolvedBecause === 'rule-removed' ? '规则已移除' : this.measured?.over.zh ?? `已低于 ${this.number(page.resolveBelow)}`;
        const state = page.resolvedBecause === 'rule-removed' ? '已关闭' : '已恢复';
        return `【${state}】${counted}，${why}，最高 ${this.number(page.peak)} · ${at} · ${page.rule.title.zh}`;
      }
    }
  }

  details(): string[] {
    const { page, lasted } = this;
    const lines: string[] = [];
    lines.push(...(page.notice?.zh ?? []).slice(1));
    if (page.late) lines.push('由迟到的反馈补齐：过去的窗口达到阈值，当前数量低于阈值');
    if (page.event === 'escalated' && page.previousSeverity !== null && this.isHigher) {
      lines.push(`由${SEVERITY_WORDS[page.previousSeverity].zh}升级${lasted === null ? '' : han`，已持续 ${lasted.zh}`}`);
    } else if (page.event !== 'opened' && lasted !== null) lines.push(han`${page.resolvedAt === null ? '已持续' : '持续'} ${lasted.zh}`);
    if (page.firstItemAt !== null && page.lastItemAt !== null) {
      lines.push(`首条 ${this.time(page.firstItemAt)}，最近 ${this.time(page.lastItemAt)}（${this.zone}）`);
    }
    if (page.endsAt !== null) lines.push(`若不再新增，预计 ${this.time(page.endsAt)} 恢复（低于 ${this.number(page.resolveBelow)}）`);
    lines.push(...(page.campaigns ?? []).map(({ text }) => text.zh));
    if (page.quotes.length > 0) lines.push('原声：', ...page.quotes.map((quote) => `· “${quote.text}”（${quote.channelName.zh}）`));
    lines.push(`规则 ${page.rule.id} · 空间 ${page.workspace}`, `大屏 ${page.links.wall}`, `告警 ${page.links.alert}`, ...this.evidence('明细', 'zh'));
    return lines;
  }
}

class EnglishWords extends Words {
  line(): string {
    const { page } = this;
    const at = this.time(page.at);
    const counted = `${page.groupName.en}: ${this.measured?.counted.en ?? `${this.number(page.count)} in ${this.window.en}`}${this.countedAt === null ? '' : ` (as of ${this.countedAt})`}`;
    const limit = this.measured?.limit.en ?? `threshold ${this.number(page.threshold)}`;
    switch (page.event) {
      case 'opened':
        return `[${SEVERITY_WORDS[page.severity].en}${page.late ? ', LATE' : ''}] ${counted}, ${limit} · ${at} · ${page.rule.title.en}`;
      case 'escalated':
        return `[ESCALATED TO ${SEVERITY_WORDS[page.severity].en}] ${counted}, ${limit} · ${at} · ${page.rule.title.en}`;
      case 'resolved': {
        const why = page.resolvedBecause === 'rule-removed' ? 'rule removed' : this.measured?.over.en ?? `below ${this.number(page.resolveBelow)}`;
        const state = page.resolvedBecause === 'rule-removed' ? 'CLOSED' : 'RESOLVED';
        return `[${state}] ${counted}, ${why}, peak ${this.number(page.peak)} · ${at} · ${page.rule.title.en}`;
      }
    }
  }

  details(): string[] {
    const { page, lasted } = this;
    const lines: string[] = [];
    lines.push(...(page.notice?.en ?? []).slice(1));
    if (page.late) lines.push('Completed by late feedback: a past window reached the threshold, the count now is below it');
    if (page.event === 'escalated' && page.previousSeverity !== null && this.isHigher) {
      lines.push(`Up from ${SEVERITY_WORDS[page.previousSeverity].en}${lasted === null ? '' : `, open for ${lasted.en}`}`);
    } else if (page.event !== 'opened' && lasted !== null) lines.push(`${page.resolvedAt === null ? 'Open for' : 'Lasted'} ${lasted.en}`);
    if (page.firstItemAt !== null && page.lastItemAt !== null) {
      lines.push(`First item ${this.time(page.firstItemAt)}, latest ${this.time(page.lastItemAt)} (${this.zone})`);
    }
    if (page.endsAt !== null) lines.push(`If nothing more comes it ends at ${this.time(page.endsAt)} (below ${this.number(page.resolveBelow)})`);
    lines.push(...(page.campaigns ?? []).map(({ text }) => text.en));
    if (page.quotes.length > 0) lines.push('In their words:', ...page.quotes.map((quote) => `· "${quote.text}" (${quote.channelName.en})`));
    lines.push(`Rule ${page.rule.id} · workspace ${page.workspace}`, `Wall ${page.links.wall}`, `Alert ${page.links.alert}`, ...this.evidence('Evidence', 'en'));
    return lines;
  }
}
