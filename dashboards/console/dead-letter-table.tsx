import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { parseLetters } from './answers.ts';
import type { ListedLetter } from './answers.ts';
import { askServer } from './ask-server.ts';
import type { Answer } from './ask-server.ts';
import { Scrolled } from './alert-tables.tsx';
import { serverNowMs } from './server-clock.ts';
import { Trouble } from './trouble.tsx';
import { usePoll } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';

const POLL_MS = 15_000;
/** A page that is sent again waits for its receiver. */
const REPLAY_WITHIN_MS = 25_000;

const askLetters = (): Promise<Answer<ListedLetter[]>> => askServer('v1/dead-letters?state=waiting&limit=50', parseLetters);

/** Pages that were lost and feedback that could not be processed, each with a button that sends it on its way again. */
export function DeadLetterTable({ voice }: { voice: ConsoleVoice }): JSX.Element {
  const { texts } = voice;
  const { value, trouble } = usePoll(askLetters, POLL_MS);
  return (
    <section aria-labelledby="letters-heading">
      <h2 id="letters-heading">{texts.letters}</h2>
      <Trouble voice={voice} trouble={trouble} />
      {value === null ? null : value.length === 0 ? <p>{texts.noLetters}</p> : (
        <Scrolled label={texts.letters}>
          <table aria-label={texts.letters}>
            <thead>
              <tr>
                <th scope="col">{texts.letterTime}</th>
                <th scope="col">{texts.letterWhat}</th>
                <th scope="col">{texts.letterReason}</th>
                <th scope="col">{texts.letterReplay}</th>
              </tr>
            </thead>
            <tbody>
              {value.map((letter) => <LetterRow key={letter.sequence} voice={voice} letter={letter} />)}
            </tbody>
          </table>
        </Scrolled>
      )}
    </section>
  );
}

function LetterRow({ voice: { texts, format, language }, letter }: { voice: ConsoleVoice; letter: ListedLetter }): JSX.Element {
  const [said, setSaid] = useState<Answer<true> | 'waiting' | null>(null);
  const replay = async (): Promise<void> => {
    setSaid('waiting');
    setSaid(await askServer(`v1/dead-letters/${letter.sequence}/replay`, () => true, { method: 'POST', withinMs: REPLAY_WITHIN_MS }));
  };
  return (
    <tr>
      <td>{format.moment(letter.atMs, serverNowMs())}</td>
      <td>{letter.channel === null ? texts.letterOfStage(letter.stage) : texts.letterOfPage(letter.channel)}</td>
      <td>{letter.reason[language]}</td>
      <td>
        <button type="button" class="plain" disabled={said === 'waiting' || (said !== null && said.kind === 'read')} onClick={() => void replay()}>{texts.letterReplay}</button>{' '}
        <span role="status">{said === null ? '' : said === 'waiting' ? texts.checking : said.kind === 'read' ? '✓' : `✕ ${said.kind === 'failed' ? said.reason : texts.unreachable}`}</span>
      </td>
    </tr>
  );
}
