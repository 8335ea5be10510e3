import type { PageOrder } from '../../core/page-order.ts';
import type { Findings, NoFindings, Trust } from '../reason/findings.ts';
import { NO_FINDINGS_WORDS } from '../reason/findings.ts';
import { causesTitle, sayCauses, sayDuplicates, sayTrend, sayTrust } from '../reason/say-reason.ts';
import { sparkline } from '../reason/sparkline.ts';
import type { Page, PageFindings, PageSummary } from './page.ts';
import type { PageLanguage } from './summarize.ts';

/** An order whose event carries the quotes that were found: they stand for all items, where its own are the latest ones. */
export function withFoundQuotes(order: PageOrder, findings: Findings | NoFindings | null): PageOrder {
  const { event } = order;
  if (findings === null || typeof findings === 'string' || findings.quotes.length === 0 || event.kind === 'resolved') return order;
  return { ...order, event: { ...event, quotes: findings.quotes.map(({ id, text, channel, createdAtMs }) => ({ id, text, channel, createdAtMs })) } };
}

/** The page with what was found of its cause, and with how far its numbers can be trusted. Pure. */
export function withFindings(page: Page, findings: Findings | NoFindings | null, trust: Trust | null): Page {
  const found = findings === null ? undefined : toPage(findings);
  const models = findings === null || typeof findings === 'string' ? [] : findings.models;
  const trustWords = trust === null ? undefined : sayTrust(trust, models);
  const text = (language: PageLanguage): PageSummary => {
    const { line, text: lines } = page.summary[language];
    return { line, text: inserted(lines, [...(findings === null ? [] : findingLines(findings, language)), ...(trustWords === undefined ? [] : [trustWords[language]])]) };
  };
  return {
    ...page,
    ...(found === undefined ? {} : { findings: found }),
    ...(trust === null || trustWords === undefined ? {} : { trust: { ...trust, text: trustWords } }),
    summary: { zh: text('zh'), en: text('en') },
  };
}

/** As a page says it, in both languages. Pure. */
export function toPage(findings: Findings | NoFindings): PageFindings {
  if (typeof findings === 'string') return { state: findings };
  const { quotes: _quotes, facets, trend, ...rest } = findings;
  const texts = sayCauses({ ...findings, newTerms: [] });
  return {
    state: 'found', ...rest, title: causesTitle(findings), facets: facets.map((facet, index) => ({ ...facet, text: texts[index] ?? { zh: '', en: '' } })),
    trend: { ...trend, sparkline: sparkline(trend.counts), text: sayTrend(findings) },
    lines: [...sayCauses(findings), ...[sayDuplicates(findings)].filter((said) => said !== null)],
  };
}

function findingLines(findings: Findings | NoFindings, language: PageLanguage): string[] {
  if (typeof findings === 'string') return [NO_FINDINGS_WORDS[findings][language]];
  const duplicates = sayDuplicates(findings);
  const causes = sayCauses(findings).map((said) => `· ${said[language]}`);
  return [
    `${language === 'zh' ? '走势' : 'Trend'} ${sayTrend(findings)[language]}`,
    ...(causes.length === 0 ? [] : [`${causesTitle(findings)[language]}${language === 'zh' ? '：' : ':'}`, ...causes]),
    ...(duplicates === null ? [] : [duplicates[language]]),
  ];
}

/** Before the quotes, or before the lines of rule and links where there are none. */
function inserted(text: string, added: readonly string[]): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line === '原声：' || line === 'In their words:' || line.startsWith('规则 ') || line.startsWith('Rule '));
  lines.splice(at < 0 ? lines.length : at, 0, ...added);
  return lines.join('\n');
}
