import type { JSX } from 'preact';
import { NO_VALUE } from '../shared/format.ts';
import { valueName } from '../shared/names.ts';
import { useState } from 'preact/hooks';
import { Scrolled } from './alert-tables.tsx';
import type { ListedFeedback } from './answers.ts';
import { serverNowMs } from './server-clock.ts';
import type { ConsoleVoice } from './voice.ts';

/** A text that is longer than this begins shut, so that one item does not push the others out of sight. */
const SHUT_CHARS_MAX = 300;

/** Items with what the model says of them. */
export function FeedbackTable({ voice, items, label }: { voice: ConsoleVoice; items: ListedFeedback[]; label: string }): JSX.Element {
  const { texts, format, language } = voice;
  const nowMs = serverNowMs();
  const time = (createdAt: string | number): string => {
    const ms = new Date(createdAt).getTime();
    return Number.isNaN(ms) ? NO_VALUE : format.moment(ms, nowMs);
  };
  return (
    <Scrolled label={label}>
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{texts.feedbackTime}</th>
            <th scope="col">{texts.feedbackText}</th>
            <th scope="col">{texts.feedbackCategories}</th>
            <th scope="col">{texts.feedbackSentiment}</th>
            <th scope="col">{texts.feedbackChannel}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td class="time">{time(item.createdAt)}</td>
              <td class="text"><LongText texts={texts} text={item.text} /></td>
              <td class="beside">{item.categories.map((id) => valueName('category', id, language)).join(language === 'zh' ? '、' : ', ')}</td>
              <td class="short beside">
                {valueName('sentiment', item.sentiment, language)}
                {item.complaint ? <b class="complaint">{texts.complaint}</b> : null}
              </td>
              <td class="short beside">{valueName('channel', item.channel, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

function LongText({ texts, text }: { texts: ConsoleVoice['texts']; text: string }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  if (text.length <= SHUT_CHARS_MAX) return <>{text}</>;
  return (
    <>
      {isOpen ? text : `${text.slice(0, SHUT_CHARS_MAX).replace(/[\uD800-\uDBFF]$/u, '')}…`}{' '}
      <button type="button" class="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{isOpen ? texts.shutText : texts.wholeText([...text].length)}</button>
    </>
  );
}
