import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { askServer, withQuery, type Answer } from '../ask-server.ts';
import { FeedbackTable } from '../feedback-table.tsx';
import type { Operator } from '../operator.ts';
import { Trouble } from '../trouble.tsx';
import type { ConsoleVoice } from '../voice.ts';
import { parseEvidence, parseProof, type EvidencePage } from './incident-answers.ts';
import { INCIDENT_TEXTS } from './incident-texts.ts';
import { useAct } from './use-act.ts';

const PAGE_ITEMS = 20;
/** A store that is busy takes its time. */
const EVIDENCE_WITHIN_MS = 30_000;

/** The very items that an alert counted, read when asked for, and the count of them again. */
export function Evidence({ voice, alertId, operator, onVerified }: { voice: ConsoleVoice; alertId: string; operator: Operator; onVerified: () => void }): JSX.Element {
  const { language, texts, format } = voice;
  const words = INCIDENT_TEXTS[language];
  const [page, setPage] = useState<EvidencePage | null>(null);
  const [trouble, setTrouble] = useState<Exclude<Answer<never>, { kind: 'read' }> | null>(null);
  const [isReading, setIsReading] = useState(false);
  const verify = useAct(parseProof, onVerified);
  const address = `v1/alerts/${encodeURIComponent(alertId)}`;

  const load = async (): Promise<void> => {
    setIsReading(true);
    const answer = await askServer(withQuery(`${address}/evidence`, { limit: String(PAGE_ITEMS), cursor: page?.nextCursor ?? null }), parseEvidence, { withinMs: EVIDENCE_WITHIN_MS });
    setIsReading(false);
    setTrouble(answer.kind === 'read' ? null : answer);
    if (answer.kind === 'read') setPage({ ...answer.value, items: [...(page?.items ?? []), ...answer.value.items] });
  };

  const { state } = verify;
  const proof = state === null ? '' : state === 'working' ? words.working : state.kind === 'read' ? `${state.value.outcome === 'equal' ? `✓ ${words.equal}` : `▲ ${words.differs}`}${language === 'zh' ? '：' : ': '}${state.value.why[language]}`
    : `✕ ${state.kind === 'failed' ? state.reason : texts.unreachable}`;
  return (
    <>
      <h3>{words.evidence}{page === null ? null : <small>{words.evidenceOf(format.count(page.claimed))}</small>}</h3>
      <Trouble voice={voice} trouble={trouble} />
      {page === null ? null : <FeedbackTable voice={voice} items={page.items} label={words.evidence} />}
      <p class="acts">
        {page !== null && page.nextCursor === null ? null : <button type="button" class="plain" disabled={isReading} onClick={() => void load()}>{page === null ? words.showEvidence : texts.more}</button>}{' '}
        <button type="button" class="plain" disabled={state === 'working' || operator.name.trim() === ''} onClick={() => void verify.run(`${address}/verify`, { actor: operator.name.trim() })}>{words.verify}</button>{' '}
        <span role="status">{proof}</span>
      </p>
    </>
  );
}
