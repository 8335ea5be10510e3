import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { askServer } from '../ask-server.ts';
import { serverNowMs } from '../server-clock.ts';
import { Trouble } from '../trouble.tsx';
import { usePoll } from '../use-poll.ts';
import type { ConsoleVoice } from '../voice.ts';
import { INCIDENT_TEXTS, wordOf } from './incident-texts.ts';
import { parseAlertNow, parseReason } from './reason-answers.ts';

const POLL_MS = 15_000;
/** The store looks through the items of the window and of the days before it. */
const REASON_WITHIN_MS = 15_000;

/** Why an alert fired: its count against what fires, what the items have in common, how they came, and when it ends by itself. */
export function Reason({ voice, alertId }: { voice: ConsoleVoice; alertId: string }): JSX.Element {
  const { language, format, texts } = voice;
  const words = INCIDENT_TEXTS[language];
  const address = `v1/alerts/${encodeURIComponent(alertId)}`;
  const askAlert = useCallback(() => askServer(address, parseAlertNow), [address]);
  const askReason = useCallback(() => askServer(`${address}/reason`, parseReason, { withinMs: REASON_WITHIN_MS }), [address]);
  const { value: alert } = usePoll(askAlert, POLL_MS);
  const { value: reason, trouble } = usePoll(askReason, POLL_MS);
  const nowMs = serverNowMs();
  const numbers = alert === null ? [] : [words.limit(format.count(alert.count), format.count(alert.fireAt), texts.inWindow(format.window(alert.windowMs))), ...(alert.endsAtMs === null ? [] : [words.ends(format.moment(alert.endsAtMs, nowMs))])];
  return (
    <>
      <h3>{words.likely}</h3>
      {numbers.length === 0 ? null : <p class="numbers">{numbers.join(' · ')}</p>}
      {reason === null ? <Trouble voice={voice} trouble={trouble} /> : reason.state !== 'found' ? <p>{wordOf(words.unlikely, reason.state)}</p> : (
        <>
          {reason.trend === null ? null : <p><span class="blocks" aria-hidden="true">{reason.trend.sparkline}</span> {reason.trend.text[language]}</p>}
          {reason.lines.length === 0 ? null : (
            <>
              <p class="causes">{reason.title === null ? '' : reason.title[language]}</p>
              <ul>{reason.lines.map((line) => <li key={line.en}>{line[language]}</li>)}</ul>
            </>
          )}
          {reason.models.length === 0 ? null : <p><small>{words.model(reason.models.join(', '))}</small></p>}
        </>
      )}
    </>
  );
}
