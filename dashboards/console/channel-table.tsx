import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { parseChannels, parseChannelTest } from './answers.ts';
import type { ChannelTest, ListedChannel } from './answers.ts';
import { askServer } from './ask-server.ts';
import type { Answer } from './ask-server.ts';
import { channelKindName } from './channel-kinds.ts';
import { Trouble } from './trouble.tsx';
import { usePoll } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';

const POLL_MS = 15_000;
/** A test waits for the receiver's answer. */
const TEST_WITHIN_MS = 25_000;

const askChannels = (): Promise<Answer<ListedChannel[]>> => askServer('v1/channels', parseChannels);

/** Over which channels pages go, each with a button that sends a page saying that it is a test. */
export function ChannelTable({ voice }: { voice: ConsoleVoice }): JSX.Element {
  const { texts } = voice;
  const { value, trouble } = usePoll(askChannels, POLL_MS);
  return (
    <section aria-labelledby="channels-heading">
      <h2 id="channels-heading">{texts.channels}</h2>
      <Trouble voice={voice} trouble={trouble} />
      {value === null ? null : (
        <table aria-label={texts.channels}>
          <thead>
            <tr>
              <th scope="col">{texts.channelId}</th>
              <th scope="col">{texts.channelKind}</th>
              <th scope="col">{texts.channelFallback}</th>
              <th scope="col">{texts.channelTest}</th>
            </tr>
          </thead>
          <tbody>
            {value.map((channel) => <ChannelRow key={channel.id} voice={voice} channel={channel} />)}
          </tbody>
        </table>
      )}
    </section>
  );
}

function ChannelRow({ voice: { texts, language }, channel }: { voice: ConsoleVoice; channel: ListedChannel }): JSX.Element {
  const [said, setSaid] = useState<Answer<ChannelTest> | 'waiting' | null>(null);
  const test = async (): Promise<void> => {
    setSaid('waiting');
    setSaid(await askServer(`v1/channels/${encodeURIComponent(channel.id)}/test`, parseChannelTest, { method: 'POST', withinMs: TEST_WITHIN_MS }));
  };
  return (
    <tr>
      <td class="beside">{channel.id}{channel.isDefault ? '' : ` (${texts.channelNamedOnly})`}</td>
      <td class="beside">{channelKindName(channel.kind, language)}</td>
      <td data-label={texts.channelFallback}>{channel.fallback ?? '—'}</td>
      <td>
        <button type="button" class="plain" disabled={said === 'waiting'} onClick={() => void test()}>{texts.channelSendTest}</button>{' '}
        <span role="status">{said === null ? '' : said === 'waiting' ? texts.checking : wordsOf(said, texts, language)}</span>{' '}
        {channel.isOwn ? <RemoveButton texts={texts} id={channel.id} /> : null}
      </td>
    </tr>
  );
}

/** Asks twice; a channel that something names is not removed, and the answer says what names it. */
function RemoveButton({ texts, id }: { texts: ConsoleVoice['texts']; id: string }): JSX.Element {
  const [state, setState] = useState<'ready' | 'sure?' | 'gone' | { refused: string }>('ready');
  const press = async (): Promise<void> => {
    if (state !== 'sure?') return setState('sure?');
    const answer = await askServer(`v1/channels/${encodeURIComponent(id)}`, () => true, { method: 'DELETE' });
    setState(answer.kind === 'read' ? 'gone' : { refused: answer.kind === 'failed' ? answer.reason : texts.unreachable });
  };
  return (
    <>
      <button type="button" class="plain" disabled={state === 'gone'} onClick={() => void press()}>{state === 'sure?' ? texts.channelRemoveSure : texts.channelRemove}</button>{' '}
      <span role="status">{state === 'gone' ? '✓' : typeof state === 'object' ? `✕ ${state.refused}` : ''}</span>
    </>
  );
}

function wordsOf(answer: Answer<ChannelTest>, texts: ConsoleVoice['texts'], language: ConsoleVoice['language']): string {
  switch (answer.kind) {
    case 'unreachable':
      return `✕ ${texts.unreachable}`;
    case 'failed':
      return `✕ ${answer.reason}`;
    case 'read':
      return testInWords(answer.value, language);
  }
}

function testInWords({ delivered, advice, detail }: ChannelTest, language: ConsoleVoice['language']): string {
  if (advice === null) return `${delivered ? '✓' : '✕'} ${detail[language]}`;
  return language === 'zh' ? `✕ ${advice.zh}（${detail.zh}）` : `✕ ${advice.en} (${detail.en})`;
}
