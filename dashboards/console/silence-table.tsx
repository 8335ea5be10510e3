import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NO_VALUE } from '../shared/format.ts';
import { groupName } from '../shared/names.ts';
import { SHARED_TEXTS } from '../shared/texts.ts';
import { Scrolled } from './alert-tables.tsx';
import { parseSilences, type ListedSilence } from './answers.ts';
import { askServer, withQuery, type Answer } from './ask-server.ts';
import { OperatorFields } from './operator-fields.tsx';
import { readOperator } from './operator.ts';
import { serverNowMs } from './server-clock.ts';
import { Trouble } from './trouble.tsx';
import { usePoll } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';
import { Warnings } from './warnings.tsx';

const POLL_MS = 5_000;

const askSilences = (): Promise<Answer<ListedSilence[]>> => askServer('v1/silences', parseSilences);

/** What is held back now and what will be, each with a button that ends it; nothing where nothing is. */
export function SilenceTable({ voice }: { voice: ConsoleVoice }): JSX.Element | null {
  const { texts } = voice;
  const { value, trouble } = usePoll(askSilences, POLL_MS);
  const [operator, setOperator] = useState(readOperator);
  const [asksName] = useState(operator.name.trim() === '');
  const silences = value ?? [];
  if (silences.length === 0 && trouble === null) return null;
  // The name may have been given in an incident meanwhile.
  const actor = operator.name.trim() || readOperator().name.trim();
  return (
    <section aria-labelledby="silences-heading">
      <h2 id="silences-heading">{texts.silences}</h2>
      <Trouble voice={voice} trouble={trouble} />
      {asksName && silences.length > 0 ? <OperatorFields voice={voice} operator={operator} onChange={setOperator} /> : null}
      {silences.length === 0 ? null : (
        <Scrolled label={texts.silences}>
          <table aria-label={texts.silences}>
            <thead>
              <tr>
                <th scope="col">{texts.silenceWhat}</th>
                <th scope="col">{texts.silenceReason}</th>
                <th scope="col">{texts.silenceBy}</th>
                <th scope="col">{texts.silenceUntil}</th>
                <th scope="col">{texts.silenceEnd}</th>
              </tr>
            </thead>
            <tbody>
              {silences.map((silence) => <SilenceRow key={silence.id} voice={voice} silence={silence} actor={actor} />)}
            </tbody>
          </table>
        </Scrolled>
      )}
    </section>
  );
}

function SilenceRow({ voice, silence, actor }: { voice: ConsoleVoice; silence: ListedSilence; actor: string }): JSX.Element {
  const { texts, format, language } = voice;
  const [said, setSaid] = useState<Answer<true> | 'waiting' | null>(null);
  const { id, group, matchers, reason, author, state, untilAtMs, nextBeginAtMs, warnings } = silence;
  const what = groupName(group, language) || SHARED_TEXTS[language].ungrouped;
  const moment = (ms: number | null): string => (ms === null ? NO_VALUE : format.moment(ms, serverNowMs()));
  const end = async (): Promise<void> => {
    setSaid('waiting');
    setSaid(await askServer(withQuery(`v1/silences/${encodeURIComponent(id)}`, { actor }), () => true as const, { method: 'DELETE' }));
  };
  return (
    <tr>
      <th scope="row">{what}<small>{matchers.join(' · ')}</small><Warnings voice={voice} warnings={warnings} /></th>
      <td data-label={texts.silenceReason}>{reason}</td>
      <td data-label={texts.silenceBy}>{author}</td>
      <td data-label={texts.silenceUntil}>{state === 'active' ? moment(untilAtMs) : texts.silenceFrom(moment(nextBeginAtMs))}</td>
      <td>
        <button type="button" class="plain" aria-label={`${texts.silenceEnd}: ${what}`} disabled={actor === '' || said === 'waiting' || (said !== null && said.kind === 'read')} onClick={() => void end()}>{texts.silenceEnd}</button>{' '}
        <span role="status">{said === null ? '' : said === 'waiting' ? texts.checking : said.kind === 'read' ? '✓' : `✕ ${said.kind === 'failed' ? said.reason : texts.unreachable}`}</span>
      </td>
    </tr>
  );
}
