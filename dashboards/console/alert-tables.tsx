import type { ComponentChildren, JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { groupName } from '../shared/names.ts';
import { NO_VALUE } from '../shared/format.ts';
import { parseHandling } from '../shared/handling.ts';
import type { Handling } from '../shared/handling.ts';
import { handlingWords } from '../shared/handling-words.ts';
import { withAlert } from '../shared/page-context.ts';
import { pageReasonWords } from '../shared/page-reason-words.ts';
import { SeverityMark } from '../shared/severity-mark.tsx';
import { SHARED_TEXTS, severityName } from '../shared/texts.ts';
import { parseAlerts } from './answers.ts';
import type { ListedAlert } from './answers.ts';
import { askServer, withQuery } from './ask-server.ts';
import { serverNowMs } from './server-clock.ts';
import { Trouble } from './trouble.tsx';
import { usePoll } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';

const POLL_MS = 5_000;
const RECENT_MAX = 20;
const OPEN_MAX = 200;

/** Opens an alert's incident; `search` is what its link keeps. */
interface ShowsAlert {
  search: string;
  onShowAlert: (alertId: string) => void;
}

/** What is open and what was resolved last, asked for every few seconds. `isSure`: whether no alert in the list means that there is none. */
export function AlertTables({ voice, workspace, isSure, search, onShowAlert }: { voice: ConsoleVoice; workspace: string | null; isSure: boolean | null } & ShowsAlert): JSX.Element {
  const ask = useCallback(() => askServer(withQuery('v1/alerts', { workspace }), parseAlerts), [workspace]);
  const { value, readAtMs, trouble } = usePoll(ask, POLL_MS);
  const askIncidents = useCallback(() => askServer(withQuery('v1/incidents', { workspace, limit: '500' }), parseHandling), [workspace]);
  const { value: handling } = usePoll(askIncidents, POLL_MS);
  const { texts, format } = voice;
  const newestFirst = (value ?? []).toSorted((a, b) => b.openedAtMs - a.openedAtMs);
  const open = newestFirst.filter((alert) => alert.state === 'firing');
  const recent = newestFirst.filter((alert) => alert.state === 'resolved').slice(0, RECENT_MAX);
  return (
    <>
      <section aria-labelledby="open-heading">
        <h2 id="open-heading">
          {texts.openAlerts}
          {value === null ? null : <span class="tally">{open.length > 0 || isSure === true ? format.count(open.length) : '?'}</span>}
          {readAtMs === null ? null : <small>{texts.updated(format.clock(readAtMs))}</small>}
        </h2>
        <Trouble voice={voice} trouble={trouble} />
        {value === null ? null : open.length === 0 ? <NoAlert texts={texts} isSure={isSure} /> : <AlertTable voice={voice} alerts={open.slice(0, OPEN_MAX)} last="ends" handling={handling} search={search} onShowAlert={onShowAlert} />}
      </section>
      <section aria-labelledby="recent-heading">
        <h2 id="recent-heading">{texts.recentAlerts}</h2>
        {value === null ? null : recent.length === 0 ? <p>{texts.noRecentAlerts}</p> : <AlertTable voice={voice} alerts={recent} last="resolved" handling={null} search={search} onShowAlert={onShowAlert} />}
      </section>
    </>
  );
}

function NoAlert({ texts, isSure }: { texts: ConsoleVoice['texts']; isSure: boolean | null }): JSX.Element | null {
  if (isSure === null) return null;
  return isSure ? <p>{texts.noOpenAlerts}</p> : <p class="trouble">▲ {texts.alertsUnknown}</p>;
}

function AlertTable({ voice, alerts, last, handling, ...shows }: { voice: ConsoleVoice; alerts: ListedAlert[]; last: 'ends' | 'resolved'; handling: ReadonlyMap<string, Handling> | null } & ShowsAlert): JSX.Element {
  const { texts } = voice;
  const label = last === 'ends' ? texts.openAlerts : texts.recentAlerts;
  return (
    <Scrolled label={label}>
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{texts.alertSeverity}</th>
            <th scope="col">{texts.alertWhat}</th>
            <th scope="col" class="number">{last === 'ends' ? texts.alertCount : texts.alertPeak}</th>
            <th scope="col">{texts.alertOpened}</th>
            <th scope="col">{last === 'ends' ? texts.alertEnds : texts.alertResolved}</th>
            {last === 'ends' ? <th scope="col">{texts.alertHandling}</th> : null}
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <AlertRow key={alert.alertId} {...shows} voice={voice} alert={alert} endMs={last === 'ends' ? alert.endsAtMs : alert.resolvedAtMs} handled={last === 'ends' ? handlingWords(handling?.get(alert.alertId), voice, serverNowMs(), 'told') : null} />
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

function AlertRow({ voice, alert, endMs, handled, search, onShowAlert }: { voice: ConsoleVoice; alert: ListedAlert; endMs: number | null; handled: string[] | null } & ShowsAlert): JSX.Element {
  const { texts, format, language } = voice;
  const nowMs = serverNowMs();
  return (
    <tr>
      <td class="severity">
        <SeverityMark severity={alert.state === 'resolved' ? 'resolved' : alert.severity} /> {severityName(alert.severity, language)}
      </td>
      <th scope="row">
        <a
          href={withAlert(search, alert.alertId)}
          onClick={(event) => {
            // A click that asks for a tab of its own is the browser's.
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onShowAlert(alert.alertId);
          }}
        >
          {groupName(alert.group, language) || SHARED_TEXTS[language].ungrouped}
        </a>
        <small>{alert.title[language]}</small>
      </th>
      <td class="number">
        {format.count(alert.state === 'resolved' ? (alert.peak ?? alert.count) : alert.count)} / {format.count(alert.fireAt)} <small>{texts.inWindow(format.window(alert.windowMs))}</small>
      </td>
      <td data-label={texts.alertOpened}>
        {format.moment(alert.openedAtMs, nowMs)}{' '}
        <small>{pageReasonWords(alert.pageReason, language)}</small>
      </td>
      <td data-label={alert.state === 'resolved' ? texts.alertResolved : texts.alertEnds}>{endMs === null ? NO_VALUE : format.moment(endMs, nowMs)}</td>
      {handled === null ? null : <td data-label={texts.alertHandling}>{handled.length === 0 ? texts.alertUnhandled : handled.join(' · ')}</td>}
    </tr>
  );
}

/** A table wider than the screen scrolls by itself, and by keyboard. */
export function Scrolled({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="scrolled" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
