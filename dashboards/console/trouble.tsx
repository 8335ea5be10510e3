import type { JSX } from 'preact';
import type { Polled } from './use-poll.ts';
import type { ConsoleVoice } from './voice.ts';

/** Says that what is shown could not be brought up to date, and why. */
export function Trouble({ voice, trouble }: { voice: ConsoleVoice; trouble: Polled<never>['trouble'] }): JSX.Element | null {
  if (trouble === null) return null;
  const { texts } = voice;
  return (
    <p class="trouble" role="alert">
      ▲ {trouble.kind === 'unreachable' ? texts.unreachable : texts.failed(trouble.reason)}
    </p>
  );
}
