import type { Clock } from '../../core/clock.ts';
import { renderPage } from '../notify/render-page.ts';
import type { RenderOptions } from '../notify/render-page.ts';
import { withFindings } from '../notify/render-findings.ts';
import { sampleEvent, sampleFindings } from '../notify/sample-page.ts';
import type { LinkSigner } from '../links/action-link.ts';
import { withChartLink } from '../links/with-action-links.ts';
import type { Channel } from './channel.ts';

/** What came of a test page. */
export interface ChannelTestAnswer {
  delivered: boolean;
  /** In words without secrets. */
  detail: string;
  durationMs: number;
}

/** Sends one page that says it is a test, once; nothing is recorded and no budget is asked. */
export async function testChannel(channel: Channel, { clock, render, links, timeoutMs }: { clock: Clock; render: RenderOptions; links: LinkSigner; timeoutMs: number }): Promise<ChannelTestAnswer> {
  const startedAtMs = clock.nowMs();
  const event = sampleEvent('opened', startedAtMs);
  const key = `${event.id}:${channel.id}`;
  const page = withFindings(renderPage(event, key, render), sampleFindings(event.count), null);
  const outcome = await channel.send(withChartLink(page, { ...render, signer: links, channel }), key, AbortSignal.timeout(timeoutMs));
  return { delivered: outcome.kind === 'delivered', detail: outcome.detail, durationMs: clock.nowMs() - startedAtMs };
}
