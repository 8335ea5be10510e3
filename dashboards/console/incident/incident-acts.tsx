import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isFields } from '../../shared/live-message.ts';
import { keepDraft, readDraft } from '../draft.ts';
import { NAME_CHARS_MAX, type Operator } from '../operator.ts';
import { serverNowMs } from '../server-clock.ts';
import type { ConsoleVoice } from '../voice.ts';
import { matchersOf, type ShownIncident, type ShownMember } from './incident-answers.ts';
import { INCIDENT_TEXTS } from './incident-texts.ts';
import { useAct, type Act } from './use-act.ts';

const ACKNOWLEDGE_MINUTES = [30, 60, 240, 480] as const;
const SILENCE_MINUTES = [60, 240, 1_440] as const;
const MINUTE_MS = 60_000;
/** As the server takes them. */
const COMMENT_CHARS_MAX = 5_000;
const REASON_CHARS_MAX = 1_000;

/** `pending`: the act is durable, and the desk has not come to it yet. */
type Taken = { kind: 'done' | 'pending' } | { kind: 'silenced'; matching: number };

function readTaken(body: unknown): Taken | null {
  if (!isFields(body)) return null;
  const { pending, preview } = body;
  if (isFields(preview) && typeof preview['matching'] === 'number') return { kind: 'silenced', matching: preview['matching'] };
  return { kind: pending === true ? 'pending' : 'done' };
}

interface ActsProps {
  voice: ConsoleVoice;
  incident: ShownIncident;
  member: ShownMember;
  operator: Operator;
  onDone: () => void;
  /** Stands between taking it, which comes first, and everything else. */
  children: ComponentChildren;
}

/** What people do about an incident that is open: take it, hand it over, say something, silence it, end it. */
export function IncidentActs({ voice, incident, member, operator, onDone, children }: ActsProps): JSX.Element {
  const words = INCIDENT_TEXTS[voice.language];
  const act = useAct(readTaken, onDone);
  const { nextStep } = incident;
  const actor = operator.name.trim();
  const isBusy = act.state === 'working' || actor === '';
  const path = (kind: string): string => `v1/incidents/${encodeURIComponent(incident.id)}/${kind}`;
  const submit = (kind: string, bodyOf: (form: FormData) => Record<string, unknown>) => (event: SubmitEvent & { currentTarget: HTMLFormElement }): void => {
    event.preventDefault();
    const form = event.currentTarget;
    void act.run(kind === 'silence' ? 'v1/silences' : path(kind), { actor, ...bodyOf(new FormData(form)) }).then((wasTaken) => {
      // What a person wrote stays until it has arrived.
      if (!wasTaken) return;
      form.reset();
      for (const { name } of form.querySelectorAll('input')) keepDraft(draftOf(name), '');
    });
  };
  const draftOf = (name: string): string => `${incident.id}.${name}`;
  const text = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();
  return (
    <div class="acts">
      {actor === '' ? <p class="trouble">▲ {words.nameFirst}</p> : null}
      <form class="take" onSubmit={submit('acknowledge', (form) => ({ forMinutes: Number(form.get('minutes')) }))}>
        <Minutes voice={voice} label={words.acknowledgeFor} values={ACKNOWLEDGE_MINUTES} />
        <button type="submit" class="plain primary" disabled={isBusy}>{words.acknowledge}</button>
        {incident.acknowledged === null ? null : <button type="button" class="plain" disabled={isBusy} onClick={() => void act.run(path('unacknowledge'), { actor })}>{words.withdraw}</button>}
      </form>
      {children}
      <h3>{words.more}</h3>
      <form onSubmit={submit('assign', (form) => ({ to: text(form, 'to') }))}>
        <label>{words.assignTo}<DraftInput key={draftOf('to')} name="to" draft={draftOf('to')} maxLength={NAME_CHARS_MAX} /></label>
        <button type="submit" class="plain" disabled={isBusy}>{words.assign}</button>
      </form>
      <form onSubmit={submit('comment', (form) => ({ text: text(form, 'text') }))}>
        <label class="wide">{words.commentText}<DraftInput key={draftOf('text')} name="text" draft={draftOf('text')} maxLength={COMMENT_CHARS_MAX} /></label>
        <button type="submit" class="plain" disabled={isBusy}>{words.comment}</button>
      </form>
      <form onSubmit={submit('silence', (form) => ({ reason: text(form, 'reason'), durationMinutes: Number(form.get('minutes')), matchers: matchersOf(member) }))}>
        <label class="wide">{words.silenceReason}<DraftInput key={draftOf('reason')} name="reason" draft={draftOf('reason')} maxLength={REASON_CHARS_MAX} /></label>
        <Minutes voice={voice} label={words.silenceFor} values={SILENCE_MINUTES} />
        <button type="submit" class="plain" disabled={isBusy}>{words.silence}</button>
      </form>
      {nextStep === null ? null : <p class="escalate"><AskedTwice key={nextStep.step} label={words.escalate(nextStep.who.join(words.comma), String(nextStep.step), voice.format.moment(nextStep.atMs, serverNowMs()))} sure={words.escalateSure(nextStep.who.join(words.comma))} isBusy={isBusy} onSure={() => void act.run(path('escalate'), { actor, step: nextStep.step })} /></p>}
      <AskedTwice label={words.resolve} sure={words.resolveSure} isBusy={isBusy} onSure={() => void act.run(path('resolve'), { actor })} />
      <ActState voice={voice} state={act.state} />
    </div>
  );
}

/** A field that begins with what was being written in it before the page was loaded again. */
function DraftInput({ name, draft, maxLength }: { name: string; draft: string; maxLength: number }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current !== null) input.current.value = readDraft(draft);
  }, [draft]);
  return <input type="text" name={name} ref={input} maxLength={maxLength} required onInput={(event) => keepDraft(draft, event.currentTarget.value)} />;
}

function Minutes({ voice, label, values }: { voice: ConsoleVoice; label: string; values: readonly number[] }): JSX.Element {
  return (
    <label>
      {label}
      <select name="minutes">
        {values.map((minutes) => <option key={minutes} value={minutes}>{voice.format.window(minutes * MINUTE_MS)}</option>)}
      </select>
    </label>
  );
}

/** Asks twice: it cannot be taken back. */
function AskedTwice({ label, sure, isBusy, onSure }: { label: string; sure: string; isBusy: boolean; onSure: () => void }): JSX.Element {
  const [asked, setAsked] = useState(false);
  const press = (): void => {
    setAsked(!asked);
    if (asked) onSure();
  };
  return <button type="button" class="plain" disabled={isBusy} onClick={press} onBlur={() => setAsked(false)} onKeyDown={(event) => event.key === 'Escape' && setAsked(false)}>{asked ? sure : label}</button>;
}

function ActState({ voice: { language, texts, format }, state }: { voice: ConsoleVoice; state: Act<Taken>['state'] }): JSX.Element {
  const words = INCIDENT_TEXTS[language];
  const said = (): string => {
    if (state === null) return '';
    if (state === 'working') return words.working;
    if (state.kind !== 'read') return `✕ ${state.kind === 'failed' ? state.reason : texts.unreachable}`;
    return `✓ ${state.value.kind === 'silenced' ? words.silenced(format.count(state.value.matching)) : words[state.value.kind]}`;
  };
  return <p role="status" class="said">{said()}</p>;
}
