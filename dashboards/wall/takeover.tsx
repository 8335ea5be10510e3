import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { severityShape, SeverityMark } from '../shared/severity-mark.tsx';
import { handlingWords } from '../shared/handling-words.ts';
import { severityName } from '../shared/texts.ts';
import { alertEnds, alertGroup, alertSince, alertTitle, widthInDigits } from './alert-words.ts';
import { severityRank } from './board-state.ts';
import type { ShownAlert } from './board-state.ts';
import { DataAge } from './data-age.tsx';
import type { WallModel } from './wall-model.ts';

/** Alerts that share the screen; the others are counted below them. */
const SHARED_MAX = 4;

/** The alerts that hold the screen now, most severe first; empty when none does. */
export function takeoverAlerts(model: WallModel): ShownAlert[] {
  const { takeover, open } = model.board.value;
  return takeover === null ? [] : open.filter((alert) => takeover.alertIds.includes(alert.alertId));
}

/**
 * Fills the screen with what has just opened. It leaves by itself; Esc, Enter or its button leave at once.
 *
 * @param returnFocusTo what had the keyboard before
 */
export function Takeover({ model, returnFocusTo }: { model: WallModel; returnFocusTo: RefObject<Element | null> }): JSX.Element | null {
  const alerts = takeoverAlerts(model);
  const takeover = model.board.value.takeover;
  const button = useRef<HTMLButtonElement>(null);
  const isShown = takeover !== null && alerts.length > 0;

  useEffect(() => {
    if (!isShown) return undefined;
    button.current?.focus();
    const leave = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' && event.key !== 'Enter') return;
      event.preventDefault();
      model.dismissTakeover();
    };
    document.addEventListener('keydown', leave);
    return () => {
      document.removeEventListener('keydown', leave);
      if (returnFocusTo.current instanceof HTMLElement) returnFocusTo.current.focus();
    };
  }, [isShown, model, returnFocusTo]);

  if (!isShown) return null;
  const { texts, format } = model.voice.value;
  const shown = alerts.slice(0, SHARED_MAX);
  const worst = shown.reduce((a, b) => (severityRank(b.severity) > severityRank(a.severity) ? b : a));
  const leftMs = Math.max(1000, Math.ceil((takeover.untilMs - model.now.value.steadyMs) / 1000) * 1000);
  return (
    <div class={`takeover takeover-${severityShape(worst.severity)} takeover-of-${shown.length}`} role="alertdialog" aria-modal="true" aria-label={texts.takeover}>
      <div class="takeover-alerts">
        {shown.map((alert) => (
          <TakeoverAlert key={alert.alertId} model={model} alert={alert} handledMax={shown.length === 1 ? 4 : 2} />
        ))}
      </div>
      <footer>
        <DataAge model={model} />
        {alerts.length > SHARED_MAX ? <p>{texts.takeoverMore(format.count(alerts.length - SHARED_MAX))}</p> : null}
        <p class="takeover-left" role="timer" aria-live="off">{texts.takeoverReturns(format.duration(leftMs))}</p>
        <button ref={button} type="button" class="plain" onClick={() => model.dismissTakeover()}>
          {texts.takeoverClose} <kbd>Esc</kbd>
        </button>
      </footer>
    </div>
  );
}

/** How many times as large as the rest of its line the count is set; the same number as in wall-takeover.css. */
const COUNT_SCALE = 2.7;

/** @param handledMax how much is said of who has it, that it is silenced and what was corrected */
function TakeoverAlert({ model, alert, handledMax }: { model: WallModel; alert: ShownAlert; handledMax: number }): JSX.Element {
  const voice = model.voice.value;
  const { texts, format, language } = voice;
  const serverNowMs = model.serverNowMs.value;
  const handled = handlingWords(model.handling.value.get(alert.alertId), voice, serverNowMs, 'named').slice(0, handledMax);
  const group = alertGroup(alert, voice);
  const count = format.count(alert.count, model.bound.value);
  const rest = `/ ${format.count(alert.fireAt)} `;
  const window = texts.inWindow(format.window(alert.windowMs));
  // The style sheet sets long ones smaller by these, so that a line stays one line.
  const widths = { '--name-width': widthInDigits(group), '--count-width': COUNT_SCALE * widthInDigits(count) + widthInDigits(rest) + 0.6 * widthInDigits(window) };
  return (
    <article class={`big big-${severityShape(alert.severity)}`} aria-label={`${severityName(alert.severity, language)} ${group}`} style={widths}>
      <div class="big-sign">
        <SeverityMark severity={alert.severity} />
        <b>{severityName(alert.severity, language)}</b>
      </div>
      <div class="big-words">
        <p class="big-title">{alertTitle(alert, voice)}</p>
        <h2>{group}</h2>
        <p class="big-count">
          <strong>{count}</strong>
          <span>
            {rest}
            <small>{window}</small>
          </span>
        </p>
        {handled.length === 0 ? null : <p class="big-handled">{handled.join(' · ')}</p>}
        <p class="big-when">{alertSince(alert, voice, serverNowMs)}</p>
        <p class="big-when">{alert.late ? texts.late : alertEnds(alert, voice, serverNowMs)}</p>
      </div>
    </article>
  );
}
