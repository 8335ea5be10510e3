import type { PageOrder } from './page-order.ts';

/** Log under which dead letters of pages stand: a page that one channel refused, or that was given up. */
export const LOST_PAGES_LOG = 'pages';

/** A page that is not tried again, as its dead letter holds it. */
export interface LostPage {
  order: PageOrder;
  channelId: string;
}
