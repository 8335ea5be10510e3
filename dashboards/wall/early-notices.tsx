import type { JSX } from 'preact';
import { earlyWords } from '../shared/early-words.ts';
import { groupName } from '../shared/names.ts';
import { SHARED_TEXTS } from '../shared/texts.ts';
import type { WallModel } from './wall-model.ts';

/** Those that fit in a line; the rest is counted. */
const SHOWN_MAX = 3;
/** A forecast within this of now is about to be overtaken by what happens. */
const SOON_MS = 60_000;

/** What will be an alert if feedback goes on to come as it does: how far it is, and about when. */
export function EarlyNotices({ model }: { model: WallModel }): JSX.Element | null {
  const { texts, format, language } = model.voice.value;
  const { counts, open } = model.board.value;
  const firing = new Set(open.map(({ ruleId, group }) => keyOf(ruleId, group)));
  const coming = (counts?.approaching ?? []).filter(({ ruleId, group }) => !firing.has(keyOf(ruleId, group)));
  if (coming.length === 0) return null;
  const nowMs = model.serverNowMs.value;
  const more = coming.length - SHOWN_MAX;
  return (
    <section class="early" aria-labelledby="early-heading">
      <h2 id="early-heading">{texts.earlyHeading}</h2>
      <ul>
        {coming.slice(0, SHOWN_MAX).map(({ ruleId, title, group, reachesAtMs, ...one }) => (
          <li key={keyOf(ruleId, group)} title={title[language]}>
            <b>{groupName(group, language) || SHARED_TEXTS[language].ungrouped}</b>{' '}
            <span class="early-count">{earlyWords(one, language, { format, write: (count) => format.count(count, model.bound.value) })}</span>{' '}
            <span>{reachesAtMs - nowMs < SOON_MS ? texts.earlySoon : texts.earlyIn(format.duration(roughly(reachesAtMs - nowMs)))}</span>
          </li>
        ))}
      </ul>
      {more > 0 ? <p>{texts.earlyMore(format.count(more))}</p> : null}
    </section>
  );
}

const MINUTE_MS = 60_000;

/** A forecast is no appointment: to five minutes, half hours and hours, the further off the coarser. */
function roughly(ms: number): number {
  const stepMs = ms < 10 * MINUTE_MS ? MINUTE_MS : ms < 60 * MINUTE_MS ? 5 * MINUTE_MS : ms < 180 * MINUTE_MS ? 30 * MINUTE_MS : 60 * MINUTE_MS;
  return Math.round(ms / stepMs) * stepMs;
}

function keyOf(ruleId: string, group: object): string {
  return JSON.stringify([ruleId, group]);
}
