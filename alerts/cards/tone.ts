import type { Page } from '../notify/page.ts';
import type { CardTone } from './card-tone.ts';

/** How bad a page is, or that it tells an end. */
export function toneOf(page: Pick<Page, 'event' | 'severity'>): CardTone {
  return page.event === 'resolved' ? 'resolved' : page.severity;
}
