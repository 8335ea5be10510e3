import type { JSX } from 'preact';
import { PARTS_BEFORE_ALERTS, partsInWords } from '../shared/names.ts';
import { parseUnready } from './answers.ts';
import type { Answer } from './ask-server.ts';
import { noteServerTime } from './server-clock.ts';
import { usePoll, type Polled } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';

const POLL_MS = 5_000;

type Readiness = { ready: boolean; missing: ReturnType<typeof parseUnready> };

/** `/readyz` speaks by its status, and by its body of the parts that are missing. */
async function askReadiness(): Promise<Answer<Readiness>> {
  try {
    const response = await fetch('readyz', { cache: 'no-store', signal: AbortSignal.timeout(POLL_MS) });
    noteServerTime(response);
    return { kind: 'read', value: { ready: response.ok, missing: parseUnready(await response.json().catch(() => null)) } };
  } catch {
    return { kind: 'unreachable' };
  }
}

export function useReadiness(): Polled<Readiness> {
  return usePoll(askReadiness, POLL_MS);
}

/** Whether an empty list of alerts says that there are none: all that leads to an alert works. Null while that was not asked yet. */
export function isSureOfAlerts({ value, trouble }: Polled<Readiness>): boolean | null {
  if (trouble !== null) return false;
  return value === null ? null : value.ready || (value.missing.length > 0 && !value.missing.some(({ part }) => PARTS_BEFORE_ALERTS.has(part)));
}

export function ReadinessState({ voice, readiness: { value, trouble } }: { voice: ConsoleVoice; readiness: Polled<Readiness> }): JSX.Element {
  const { texts, language } = voice;
  const words = (): string => {
    if (trouble !== null) return `✕ ${texts.unreachable}`;
    if (value === null) return `○ ${texts.checking}`;
    return value.ready ? `● ${texts.ready}` : `▲ ${texts.notReady(partsInWords(value.missing, language))}`;
  };
  const state = trouble !== null || value?.ready === false ? 'bad' : value === null ? 'unknown' : 'good';
  return (
    <p class={`readiness readiness-${state}`} role="status">
      <span class="unseen">{texts.readiness} </span>
      {words()}
    </p>
  );
}
