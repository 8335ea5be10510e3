import type { JSX } from 'preact';
import { pageReasonWords } from '../../shared/page-reason-words.ts';
import { Scrolled } from '../alert-tables.tsx';
import { serverNowMs } from '../server-clock.ts';
import type { ConsoleVoice } from '../voice.ts';
import type { ShownDelivery, ShownEntry } from './incident-answers.ts';
import { INCIDENT_TEXTS, wordOf } from './incident-texts.ts';

/** What happened, newest first: by whom, and why a page went out or did not. */
export function Timeline({ voice: { language, format }, entries }: { voice: ConsoleVoice; entries: readonly ShownEntry[] }): JSX.Element {
  const words = INCIDENT_TEXTS[language];
  const nowMs = serverNowMs();
  return (
    <>
      <h3>{words.timeline}</h3>
      <Scrolled label={words.timeline}>
        <table aria-label={words.timeline}>
          <thead>
            <tr>
              <th scope="col">{words.time}</th>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.why}</th>
            </tr>
          </thead>
          <tbody>
            {entries.toReversed().map(({ atMs, kind, by, reason, detail, silenceId, untilMs }, index) => (
              <tr key={entries.length - index}>
                <td class="time beside">{format.moment(atMs, nowMs)}</td>
                <td class="beside">{wordOf(words.kinds, kind)}</td>
                <td class="beside">{by ?? words.bySystem}</td>
                <td class="text" title={silenceId ?? undefined}>{[reason === null ? '' : pageReasonWords(reason, language) || reason, detail[language], untilMs === null ? '' : words.until(format.moment(untilMs, nowMs))].filter((said) => said !== '').join(' · ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
    </>
  );
}

/** Every attempt to deliver a page of the alert, newest first. */
export function Deliveries({ voice: { language, format }, deliveries }: { voice: ConsoleVoice; deliveries: readonly ShownDelivery[] }): JSX.Element {
  const words = INCIDENT_TEXTS[language];
  const nowMs = serverNowMs();
  return (
    <>
      <h3>{words.deliveries}</h3>
      {deliveries.length === 0 ? <p>{words.noDeliveries}</p> : (
        <Scrolled label={words.deliveries}>
          <table aria-label={words.deliveries}>
            <thead>
              <tr>
                <th scope="col">{words.time}</th>
                <th scope="col">{words.channel}</th>
                <th scope="col">{words.outcome}</th>
                <th scope="col">{words.why}</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.toReversed().map(({ idempotencyKey, attempt, atMs, channelId, outcome, detail, advice }) => (
                <tr key={`${idempotencyKey} ${attempt}`}>
                  <td class="time beside">{format.moment(atMs, nowMs)}</td>
                  <td class="beside">{channelId}</td>
                  <td class="beside">{wordOf(words.outcomes, outcome)} <small>{words.attempt(format.count(attempt))}</small></td>
                  <td class="text">{advice === null ? detail[language] : <>{advice[language]} <small>{detail[language]}</small></>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
    </>
  );
}
