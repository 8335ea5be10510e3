import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { spokenNews } from './alert-words.ts';
import type { WallModel } from './wall-model.ts';

/** Counts are spoken at most this often. */
const SPEAK_EVERY_MS = 10_000;

/** What a screen reader is told: alerts at once, the totals now and then and only when they have changed. */
export function Announcer({ model }: { model: WallModel }): JSX.Element {
  const voice = model.voice.value;
  const { news } = model.board.value;
  const spoken = useRef({ text: '', atMs: -Infinity });
  const nowMs = model.now.value.steadyMs;
  const text = countsSentence(model);
  if (text !== spoken.current.text && nowMs - spoken.current.atMs >= SPEAK_EVERY_MS) spoken.current = { text, atMs: nowMs };
  return (
    <div class="unseen">
      <div aria-live="assertive" aria-relevant="additions" aria-atomic="false" data-announcer="alerts">
        {news.map((item) => (
          <p key={item.serial}>{spokenNews(item, voice, model.bound.value)}</p>
        ))}
      </div>
      <p aria-live="polite" data-announcer="counts">{spoken.current.text}</p>
    </div>
  );
}

function countsSentence(model: WallModel): string {
  const { texts, format } = model.voice.value;
  const { counts, openTotal } = model.board.value;
  const bound = model.bound.value;
  if (counts === null) return '';
  const alerts = openTotal > 0 ? texts.alertCount(format.count(openTotal)) : model.isSure.value ? texts.noAlerts : texts.alertsUnknown;
  return texts.spokenCounts(format.count(counts.totals24h.items, bound), format.count(counts.totals24h.complaints, bound), alerts);
}
