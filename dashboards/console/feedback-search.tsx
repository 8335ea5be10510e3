import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { CATEGORY_IDS } from '../../core/category.ts';
import { CHANNELS } from '../../core/feedback.ts';
import { valueName } from '../shared/names.ts';
import { parseFeedbackPage } from './answers.ts';
import type { FeedbackPage } from './answers.ts';
import { askServer, withQuery } from './ask-server.ts';
import type { Answer } from './ask-server.ts';
import { FeedbackTable } from './feedback-table.tsx';
import { Trouble } from './trouble.tsx';
import { AGAIN_MS } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';

const PAGE_ITEMS = 20;
/** More are reached by narrowing the search, or as a file. */
const SHOWN_ITEMS_MAX = 200;
const SENTIMENTS = ['negative', 'neutral', 'positive'] as const;
const FIELDS = ['text', 'category', 'sentiment', 'channel', 'from', 'to'] as const;

type Search = Record<(typeof FIELDS)[number], string>;
const EVERYTHING: Search = { text: '', category: '', sentiment: '', channel: '', from: '', to: '' };

/** The newest feedback that matches; each search starts again from the newest. */
export function FeedbackSearch({ voice, workspace }: { voice: ConsoleVoice; workspace: string | null }): JSX.Element {
  const { texts } = voice;
  const [search, setSearch] = useState(EVERYTHING);
  const [page, setPage] = useState<FeedbackPage | null>(null);
  const [trouble, setTrouble] = useState<Exclude<Answer<never>, { kind: 'read' }> | null>(null);
  const asked = useRef(0);

  const load = async (wanted: Search, before: FeedbackPage | null): Promise<void> => {
    asked.current += 1;
    const serial = asked.current;
    const path = withQuery('v1/feedback', { ...wanted, workspace, limit: String(PAGE_ITEMS), cursor: before?.nextCursor ?? null });
    const answer = await askServer(path, parseFeedbackPage);
    if (serial !== asked.current) return;
    setTrouble(answer.kind === 'read' ? null : answer);
    if (answer.kind !== 'read') return;
    setPage({ items: [...(before?.items ?? []), ...answer.value.items].slice(0, SHOWN_ITEMS_MAX), nextCursor: answer.value.nextCursor });
  };

  useEffect(() => {
    void load(EVERYTHING, null);
  }, [workspace]);

  // While nothing could be shown yet: a server that is starting opens its store.
  useEffect(() => {
    if (trouble === null || page !== null) return undefined;
    const timer = setTimeout(() => void load(search, null), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [trouble, page, search]);

  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (name: string): string => String(form.get(name) ?? '').trim();
    const wanted = { text: read('text'), category: read('category'), sentiment: read('sentiment'), channel: read('channel'), from: instant(read('from')), to: instant(read('to')) };
    setSearch(wanted);
    void load(wanted, null);
  };

  return (
    <section aria-labelledby="feedback-heading">
      <h2 id="feedback-heading">{texts.feedback}</h2>
      <form class="search" role="search" aria-labelledby="feedback-heading" onSubmit={submit}>
        <label>
          {texts.searchText}
          <input type="search" name="text" maxLength={200} />
        </label>
        <Choice voice={voice} name="category" label={texts.searchCategory} values={CATEGORY_IDS} />
        <Choice voice={voice} name="sentiment" label={texts.searchSentiment} values={SENTIMENTS} />
        <Choice voice={voice} name="channel" label={texts.searchChannel} values={CHANNELS} />
        <label>
          {texts.searchFrom}
          <input type="datetime-local" name="from" />
        </label>
        <label>
          {texts.searchTo}
          <input type="datetime-local" name="to" />
        </label>
        <button type="submit" class="plain">{texts.search}</button>
      </form>
      <Trouble voice={voice} trouble={trouble} />
      {page === null ? null : page.items.length === 0 ? <p>{texts.noFeedback}</p> : <FeedbackTable voice={voice} items={page.items} label={texts.feedback} />}
      {page === null || page.items.length === 0 ? null : (
        <p role="status">
          {page.nextCursor === null ? texts.shownAll(page.items.length) : page.items.length < SHOWN_ITEMS_MAX ? texts.shownSome(page.items.length) : texts.shownMost(page.items.length)}{' '}
          <a href={withQuery('v1/export', { ...search, workspace })} download>{texts.exportAll}</a>
        </p>
      )}
      {page !== null && page.nextCursor !== null && page.items.length < SHOWN_ITEMS_MAX ? (
        <button type="button" class="plain" onClick={() => void load(search, page)}>{texts.more}</button>
      ) : null}
    </section>
  );
}

/** What a field of date and time holds, by this machine's zone, as the server reads it; empty stays empty. */
function instant(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

function Choice({ voice, name, label, values }: { voice: ConsoleVoice; name: string; label: string; values: readonly string[] }): JSX.Element {
  return (
    <label>
      {label}
      <select name={name}>
        <option value="">{voice.texts.any}</option>
        {values.map((value) => (
          <option key={value} value={value}>{valueName(name, value, voice.language)}</option>
        ))}
      </select>
    </label>
  );
}
