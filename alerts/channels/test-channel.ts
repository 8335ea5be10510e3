import type { Clock } from '../../core/clock.ts';
import { renderPage } from '../notify/render-page.ts';
import type { RenderOptions } from '../notify/render-page.ts';
import { sampleEvent } from '../notify/sample-page.ts';
import type { Channel } from './channel.ts';

/** What came of a test page. */
export interface ChannelTestAnswer {
  delivered: boolean;
  /** In words without secrets. */
  detail: string;
  durationMs: number;
}

/** Sends one page that says it is a test, once; nothing is recorded and no budget is asked. */
export async function testChannel(channel: Channel, { clock, render, timeoutMs }: { clock: Clock; render: RenderOptions; timeoutMs: number }): Promise<ChannelTestAnswer> {
  const startedAtMs = clock.nowMs();
  const event = sampleEvent('opened', startedAtMs);
  const key = `${event.id}:${channel.id}`;
  const outcome = await channel.send(renderPage(event, key, render), key, AbortSignal.timeout(timeoutMs));
  return { delivered: outcome.kind === 'delivered', detail: outcome.detail, durationMs: clock.nowMs() - startedAtMs };
}
