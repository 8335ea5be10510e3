import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { groupName } from '../../shared/names.ts';
import { SeverityMark } from '../../shared/severity-mark.tsx';
import { SHARED_TEXTS, severityName } from '../../shared/texts.ts';
import { askServer } from '../ask-server.ts';
import { OperatorFields } from '../operator-fields.tsx';
import { readOperator } from '../operator.ts';
import { serverNowMs } from '../server-clock.ts';
import { Trouble } from '../trouble.tsx';
import { usePoll } from '../use-poll.ts';
import type { ConsoleVoice } from '../voice.ts';
import { Evidence } from './evidence.tsx';
import { IncidentActs } from './incident-acts.tsx';
import { parseDeliveries, parseIncident, type ShownIncident } from './incident-answers.ts';
import { INCIDENT_TEXTS, wordOf } from './incident-texts.ts';
import { Reason } from './reason.tsx';
import { Deliveries, Timeline } from './timeline.tsx';

const POLL_MS = 5_000;

/** One alert's incident: its state, what people can do about it, its timeline, its proof, and every attempt to tell somebody. */
export function IncidentPanel({ voice, alertId, onClose }: { voice: ConsoleVoice; alertId: string; onClose: () => void }): JSX.Element {
  const words = INCIDENT_TEXTS[voice.language];
  const [acts, setActs] = useState(0);
  const [operator, setOperator] = useState(readOperator);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [alertId]);
  // Asked again at once after each act.
  const askIncident = useCallback(() => askServer(`v1/incidents/${encodeURIComponent(alertId)}`, parseIncident), [alertId, acts]);
  const askDeliveries = useCallback(() => askServer(`v1/alerts/${encodeURIComponent(alertId)}/deliveries`, parseDeliveries), [alertId, acts]);
  const { value: incident, trouble } = usePoll(askIncident, POLL_MS);
  const { value: deliveries, trouble: deliveriesTrouble } = usePoll(askDeliveries, POLL_MS);
  const member = incident?.members.find((each) => each.alertId === alertId) ?? incident?.members[0];
  const onDone = (): void => setActs((before) => before + 1);
  return (
    <section class="incident" aria-labelledby="incident-heading">
      <h2 id="incident-heading" ref={heading} tabIndex={-1}>
        {words.heading(member === undefined ? alertId : groupName(member.group, voice.language) || SHARED_TEXTS[voice.language].ungrouped)}
        <button type="button" class="plain" onClick={onClose}>{words.close}</button>
      </h2>
      <Trouble voice={voice} trouble={trouble} />
      {incident === null || member === undefined ? null : (
        <>
          <p>{member.title[voice.language]}</p>
          <StateLine voice={voice} incident={incident} />
          <OperatorFields voice={voice} operator={operator} onChange={setOperator} />
          {incident.state === 'resolved' ? <Reason voice={voice} alertId={member.alertId} /> : (
            <IncidentActs voice={voice} incident={incident} member={member} operator={operator} onDone={onDone}>
              <Reason voice={voice} alertId={member.alertId} />
            </IncidentActs>
          )}
          <Timeline voice={voice} entries={incident.timeline} />
          <Evidence key={alertId} voice={voice} alertId={alertId} operator={operator} onVerified={onDone} />
        </>
      )}
      <Trouble voice={voice} trouble={deliveriesTrouble} />
      {deliveries === null ? null : <Deliveries voice={voice} deliveries={deliveries} />}
    </section>
  );
}

function StateLine({ voice: { language, format }, incident }: { voice: ConsoleVoice; incident: ShownIncident }): JSX.Element {
  const words = INCIDENT_TEXTS[language];
  const nowMs = serverNowMs();
  const { state, severity, openedAtMs, resolvedAtMs, acknowledged, assignee, alerts, totalCount } = incident;
  const said = [
    wordOf(words.states, state),
    words.opened(format.moment(openedAtMs, nowMs)),
    ...(resolvedAtMs === null ? [] : [words.over(format.moment(resolvedAtMs, nowMs))]),
    // What one alert counts now stands beside what fires it.
    ...(alerts === 1 ? [] : [words.members(format.count(alerts), format.count(totalCount))]),
    ...(acknowledged === null ? [] : [words.handledBy(acknowledged.by, format.moment(acknowledged.untilMs, nowMs))]),
    ...(assignee === null ? [] : [words.owner(assignee)]),
  ];
  return (
    <p class="state">
      <SeverityMark severity={state === 'resolved' ? 'resolved' : severity} /> {severityName(severity, language)} · {said.join(' · ')}
    </p>
  );
}
