import type { JSX } from 'preact';
import { severityShape, SeverityMark } from '../shared/severity-mark.tsx';
import { handlingWords } from '../shared/handling-words.ts';
import { severityName } from '../shared/texts.ts';
import { alertEnds, alertGroup, alertSince, alertSpan, alertTitle } from './alert-words.ts';
import type { ResolvedAlert, ShownAlert } from './board-state.ts';
import type { WallModel } from './wall-model.ts';

/** Cards that fit at once; with more, the screen turns the page by itself. */
const CARDS_MAX = 6;
const PAGE_MS = 8_000;
/** Of who has it, that it is silenced and what was corrected. */
const HANDLED_MAX = 2;
/** From this many on they stand in two lines, and say less each. */
const COMPACT_FROM = 4;
/** A count from here on is set smaller where cards stand close, so that none of its digits is lost. */
const MANY = 1_000_000;

type Card = { kind: 'open'; alert: ShownAlert } | { kind: 'resolved'; entry: ResolvedAlert };

/**
 * Every alert until it is over, and for a short while after. All of them are in the list for a screen reader; those of
 * other pages are only out of sight.
 */
export function AlertBanner({ model }: { model: WallModel }): JSX.Element | null {
  const { open, openTotal, resolved } = model.board.value;
  const cards: Card[] = [
    ...open.map((alert): Card => ({ kind: 'open', alert })),
    ...resolved.map((entry): Card => ({ kind: 'resolved', entry })),
  ];
  if (cards.length === 0) return null;
  const { texts, format } = model.voice.value;
  const pages = Math.ceil(cards.length / CARDS_MAX);
  const first = (Math.floor(model.now.value.steadyMs / PAGE_MS) % pages) * CARDS_MAX;
  const last = Math.min(first + CARDS_MAX, cards.length);
  const unlisted = openTotal - open.length;
  return (
    <section class={`alerts alerts-${Math.min(cards.length, CARDS_MAX)}`} aria-labelledby="alerts-heading">
      <h2 id="alerts-heading" class="unseen">{texts.alertsHeading}</h2>
      <ul>
        {cards.map((card, index) => {
          const place = index >= first && index < last ? '' : ' unseen';
          return card.kind === 'open' ? (
            <OpenCard key={card.alert.alertId} model={model} alert={card.alert} place={place} isCompact={cards.length >= COMPACT_FROM} />
          ) : (
            <ResolvedCard key={card.entry.alert.alertId} model={model} entry={card.entry} place={place} />
          );
        })}
      </ul>
      {pages > 1 || unlisted > 0 ? (
        <p class="alerts-page">
          {texts.alertPage(first + 1, last, format.count(cards.length))}
          {unlisted > 0 ? ` · ${texts.moreAlerts(format.count(unlisted))}` : ''}
        </p>
      ) : null}
    </section>
  );
}

interface OpenCardProps {
  model: WallModel;
  alert: ShownAlert;
  /** Class that puts it out of sight, or nothing. */
  place: string;
  isCompact: boolean;
}

function OpenCard({ model, alert, place, isCompact }: OpenCardProps): JSX.Element {
  const voice = model.voice.value;
  const { texts, format, language } = voice;
  const serverNowMs = model.serverNowMs.value;
  const handled = handlingWords(model.handling.value.get(alert.alertId), voice, serverNowMs, 'named');
  return (
    <li class={`card card-${severityShape(alert.severity)}${place}`}>
      <SeverityMark severity={alert.severity} />
      <p class="card-what">
        <span class="card-title">
          <b>{severityName(alert.severity, language)}</b> <span class="card-rule">{alertTitle(alert, voice)}</span>
        </span>
        <strong>{alertGroup(alert, voice)}</strong>
      </p>
      <p class={`card-count${alert.count < MANY ? '' : ' card-many'}`}>
        <strong>{format.count(alert.count, model.bound.value)}</strong>
        <span> / {format.count(alert.fireAt)}</span>
        <span class="card-window">{texts.inWindow(format.window(alert.windowMs))}</span>
      </p>
      <p class="card-when">
        {handled.length === 0 ? null : <span class="card-handled">{handled.slice(0, isCompact ? 1 : HANDLED_MAX).join(' · ')}</span>}
        {isCompact && handled.length === 0 ? <span>{alertSpan(alert, voice, serverNowMs)}</span> : null}
        {isCompact ? null : <span>{alertSince(alert, voice, serverNowMs)}</span>}
        {isCompact ? null : <span>{alert.late ? texts.late : alertEnds(alert, voice, serverNowMs)}</span>}
      </p>
    </li>
  );
}

function ResolvedCard({ model, entry, place }: { model: WallModel; entry: ResolvedAlert; place: string }): JSX.Element {
  const voice = model.voice.value;
  const { texts, format } = voice;
  const { alert, peak, resolvedAtMs } = entry;
  return (
    <li class={`card card-resolved${place}`}>
      <SeverityMark severity="resolved" />
      <p class="card-what">
        <span class="card-title">
          <b>{entry.isRuleRemoved ? texts.removedLabel : texts.resolvedLabel}</b> <span class="card-rule">{alertTitle(alert, voice)}</span>
        </span>
        <strong>{alertGroup(alert, voice)}</strong>
      </p>
      <p class="card-when">
        <span>{format.moment(resolvedAtMs, model.serverNowMs.value)} {texts.resolvedAfter(format.duration(resolvedAtMs - alert.openedAtMs))}</span>
        <span>{peak === null ? '' : texts.peak(format.count(peak, model.bound.value))}</span>
      </p>
    </li>
  );
}
