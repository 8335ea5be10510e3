import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { earlyWords } from '../shared/early-words.ts';
import { groupName } from '../shared/names.ts';
import { SHARED_TEXTS } from '../shared/texts.ts';
import { parseEarly } from './answers.ts';
import { askServer, withQuery } from './ask-server.ts';
import { serverNowMs } from './server-clock.ts';
import { Trouble } from './trouble.tsx';
import { usePoll } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';

const POLL_MS = 10_000;

/** What will be an alert if feedback goes on to come as it does. */
export function EarlyTable({ voice, workspace }: { voice: ConsoleVoice; workspace: string | null }): JSX.Element {
  const { texts, format, language } = voice;
  const ask = useCallback(() => askServer(withQuery('v1/counts', { groupBy: 'category', window: '24h', workspace }), parseEarly), [workspace]);
  const { value, trouble } = usePoll(ask, POLL_MS);
  return (
    <section aria-labelledby="early-heading">
      <h2 id="early-heading">{texts.early}</h2>
      <Trouble voice={voice} trouble={trouble} />
      {value === null ? null : value.length === 0 ? <p>{texts.noEarly}</p> : (
        <table aria-label={texts.early}>
          <thead>
            <tr>
              <th scope="col">{texts.alertWhat}</th>
              <th scope="col" class="number">{texts.earlyCount}</th>
              <th scope="col">{texts.earlyAt}</th>
            </tr>
          </thead>
          <tbody>
            {value.map(({ ruleId, title, group, windowMs, reachesAtMs, ...one }) => (
              <tr key={JSON.stringify([ruleId, group])}>
                <th scope="row">
                  {groupName(group, language) || SHARED_TEXTS[language].ungrouped}
                  <small>{title[language]}</small>
                </th>
                <td class="number">{earlyWords(one, language, { format, write: (count) => format.count(count) })} <small>{texts.inWindow(format.window(windowMs))}</small></td>
                <td data-label={texts.earlyAt}>{texts.earlyAbout(format.moment(reachesAtMs, serverNowMs()))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
