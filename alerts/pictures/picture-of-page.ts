import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { ZonedTime } from '../notify/time-text.ts';
import { toneOf } from '../cards/tone.ts';
import type { SlopePicture } from './slope-picture.ts';

/** What there is to draw of a page; null where nothing is known of how its items came. Pure. */
export function pictureOfPage(page: Page, language: PageLanguage, times: ZonedTime): SlopePicture | null {
  const { findings, window, measure, threshold: fireAt } = page;
  if (findings?.state !== 'found') return null;
  const isOfItems = measure === null;
  return {
    tone: toneOf(page),
    language,
    counts: findings.trend.counts,
    // Of many items the newest were looked at; what a rule counts otherwise is no number of items.
    before: isOfItems ? Math.max(0, findings.count - findings.items) : 0,
    fireAt: isOfItems ? fireAt : null,
    from: times.text(Date.parse(window.from)),
    to: times.text(Date.parse(window.to)),
  };
}
