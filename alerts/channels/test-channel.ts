import type { Clock } from '../../core/clock.ts';
import type { DeliveryFault } from '../../core/delivery-fault.ts';
import type { LocalText } from '../../core/rule.ts';
import { renderPage } from '../notify/render-page.ts';
import type { RenderOptions } from '../notify/render-page.ts';
import { withFindings } from '../notify/render-findings.ts';
import { sampleEvent, sampleFindings } from '../notify/sample-page.ts';
import type { LinkSigner } from '../links/action-link.ts';
import { withChartLink } from '../links/with-action-links.ts';
import type { Channel } from './channel.ts';
import { faultAdvice } from './fault-advice.ts';

/** What came of a test page. */
export interface ChannelTestAnswer {
  delivered: boolean;
  /** In words without secrets. */
  detail: string;
  durationMs: number;
  /** What kind of fault it was, and what to do about it; absent where it was delivered. */
  fault?: DeliveryFault;
  advice?: LocalText;
}

/** Sends one page that says it is a test, once; nothing is recorded and no budget is asked. */
export async function testChannel(channel: Channel, { clock, render, links, timeoutMs }: { clock: Clock; render: RenderOptions; links: LinkSigner; timeoutMs: number }): Promise<ChannelTestAnswer> {
  const startedAtMs = clock.nowMs();
  const event = sampleEvent('opened', startedAtMs);
  const key = `${event.id}:${channel.id}`;
  const page = withFindings(renderPage(event, key, render), sampleFindings(event.count), null);
  const outcome = await channel.send(withChartLink(page, { ...render, signer: links, channel }), key, AbortSignal.timeout(timeoutMs));
  const answer = { delivered: outcome.kind === 'delivered', detail: outcome.detail, durationMs: clock.nowMs() - startedAtMs };
  const why = 'why' in outcome ? outcome.why : undefined;
  const advice = why === undefined ? undefined : faultAdvice(why);
  return why === undefined || advice === undefined ? answer : { ...answer, fault: why, advice };
}
