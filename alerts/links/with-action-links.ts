import type { PageOrder } from '../../core/page-order.ts';
import type { Channel } from '../channels/channel.ts';
import type { Page } from '../notify/page.ts';
import type { ZonedTime } from '../notify/time-text.ts';
import { pictureOfPage } from '../pictures/picture-of-page.ts';
import type { LinkAct, LinkSigner } from './action-link.ts';

/** The page with its links to act by: none on an end, none to take over what somebody has. */
export function withActionLinks(page: Page, order: PageOrder, { signer, channel, publicUrl }: { signer: LinkSigner; channel: Pick<Channel, 'id' | 'language'>; publicUrl: string }): Page {
  if (order.kind === 'resolved') return page;
  const language = channel.language ?? 'zh';
  const link = (act: LinkAct): string => `${publicUrl}/a/${signer.linkFor(order, act, { channelId: channel.id, language })}`;
  const acknowledge = order.incident.acknowledgedBy === null ? { acknowledge: link('acknowledge') } : {};
  return { ...page, links: { ...page.links, ...acknowledge, silence: link('silence') } };
}

/** The page with the address of its picture, where there is something to draw. */
export function withChartLink(page: Page, { signer, channel, publicUrl, times }: { signer: LinkSigner; channel: Pick<Channel, 'language'>; publicUrl: string; times: ZonedTime }): Page {
  const picture = pictureOfPage(page, channel.language ?? 'zh', times);
  return picture === null ? page : { ...page, links: { ...page.links, chart: `${publicUrl}/p/${signer.pictureToken(picture)}.png` } };
}
