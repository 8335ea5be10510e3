import type { JSX } from 'preact';
import type { WallModel } from './wall-model.ts';

/** Nothing has come in yet: says so, and how to send the first feedback to this very server. */
export function EmptyState({ model }: { model: WallModel }): JSX.Element {
  const { texts, language } = model.voice.value;
  const text = language === 'zh' ? '物流太慢，等了十天' : 'Waited ten days for delivery';
  const address = new URL('v1/feedback', location.href);
  address.search = '';
  return (
    <section class="panel empty" aria-labelledby="empty-heading">
      <h2 id="empty-heading">{texts.emptyHeading}</h2>
      <p>{texts.emptyBody}</p>
      <pre>
        <code>{`curl -X POST ${address.href} \\\n  -H 'Content-Type: application/json' \\\n  -d '{"text": "${text}", "channel": "app"}'`}</code>
      </pre>
      <p>{texts.emptyHint}</p>
    </section>
  );
}

/** Before the first message. */
export function WaitingState({ model }: { model: WallModel }): JSX.Element {
  const { texts } = model.voice.value;
  const isLive = model.line.value.phase.kind === 'live';
  return (
    <section class="panel empty" aria-labelledby="waiting-heading">
      <h2 id="waiting-heading">{isLive ? texts.notReady : texts.connecting}</h2>
    </section>
  );
}
