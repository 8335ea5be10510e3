import type { JSX } from 'preact';
import { partsInWords, reasonName } from '../shared/names.ts';
import { elapsedMs } from '../shared/freshness.ts';
import { downForMs } from './wall-model.ts';
import type { WallModel } from './wall-model.ts';

/** A first connection that takes longer is worth a sentence about it. */
const CONNECTING_LONG_MS = 5_000;

/** What limits the trust in the numbers, in words: no line, lower bounds, a part that is down. */
export function Notices({ model }: { model: WallModel }): JSX.Element | null {
  const isStale = model.freshness.value === 'stale';
  const lines = Object.entries({ line: isStale ? null : lineNotice(model), bound: boundNotice(model), health: healthNotice(model) });
  if (lines.every(([, text]) => text === null)) return null;
  return (
    <div class="notices">
      {lines.map(([key, text]) =>
        text === null ? null : (
          <p class="notice" key={key}>
            <span aria-hidden="true">▲ </span>
            {text}
          </p>
        ),
      )}
    </div>
  );
}

function lineNotice(model: WallModel): string | null {
  const { texts, format } = model.voice.value;
  const line = model.line.value;
  if (line.phase.kind === 'live') return null;
  const now = model.now.value;
  const downMs = downForMs(line, now);
  const duration = format.duration(downMs);
  if (model.board.value.counts === null) return downMs < CONNECTING_LONG_MS ? null : texts.connectingLong(duration);
  const retryInMs = elapsedMs(now, line.retryAt);
  return line.phase.kind === 'lost' && retryInMs > 0 ? texts.lost(duration, format.duration(Math.ceil(retryInMs / 1000) * 1000)) : texts.lostRetrying(duration);
}

function boundNotice(model: WallModel): string | null {
  const { texts, language } = model.voice.value;
  const { counts } = model.board.value;
  if (counts === null || counts.exact) return null;
  return texts.lowerBound(counts.lowerBound.map((reason) => reasonName(reason, language)).join(language === 'zh' ? '、' : ', '));
}

function healthNotice(model: WallModel): string | null {
  const { texts, language } = model.voice.value;
  const down = model.board.value.health?.parts.filter((part) => !part.ok) ?? [];
  if (down.length === 0) return null;
  return texts.healthTrouble(partsInWords(down, language));
}

/** Above everything else once the numbers must not be acted on; it says itself what is wrong with the line. */
export function StaleNotice({ model }: { model: WallModel }): JSX.Element | null {
  if (model.freshness.value !== 'stale') return null;
  const { texts, format } = model.voice.value;
  const { counts } = model.board.value;
  if (counts === null) return null;
  return (
    <div class="stale">
      <strong role="alert">{texts.staleHeading}</strong>
      <p>
        <span>{texts.staleBody(format.clock(counts.asOfMs), format.age(model.ageMs.value ?? 0))}</span>
        <span>{lineNotice(model)}</span>
      </p>
    </div>
  );
}
