import type { DeliveryRecord } from '../../core/page.ts';
import type { PageOrder } from '../../core/page-order.ts';
import { LOST_PAGES_LOG } from '../../core/lost-page.ts';
import type { LostPage } from '../../core/lost-page.ts';
import { TocsinError } from '../../core/errors.ts';
import type { DeadLetters } from '../../stream/dead-letter-box/dead-letters.ts';

/** Puts a page that is not tried again among the dead letters, where it is seen and can be sent again. False when that log is away. */
export function putLostPage(order: PageOrder, { channelId, detail, eventId }: Pick<DeliveryRecord, 'channelId' | 'detail' | 'eventId'>, deadLetters: DeadLetters): Promise<boolean> {
  const lost: LostPage = { order, channelId };
  return deadLetters.put({
    stage: 'notify', log: `${LOST_PAGES_LOG}/${channelId}`, sequence: order.number, bytes: new TextEncoder().encode(JSON.stringify(lost)),
    error: new TocsinError('page_lost', `The page ${eventId} over ${channelId} is lost: ${detail}`),
  });
}

/** @throws TocsinError `frame_corrupt` for what is no lost page */
export function readLostPage(bytes: Uint8Array): LostPage {
  try {
    const lost = JSON.parse(new TextDecoder().decode(bytes)) as Partial<LostPage>;
    if (typeof lost.channelId === 'string' && typeof lost.order?.id === 'string') return lost as LostPage;
  } catch {
    // Said below.
  }
  throw new TocsinError('frame_corrupt', 'It is no page.');
}
