import type { JSX } from 'preact';
import type { Warning } from './parse-warnings.ts';
import type { ConsoleVoice } from './voice.ts';

/** What is most likely not meant, a line each; nothing where nothing is. */
export function Warnings({ voice: { texts, language }, warnings }: { voice: ConsoleVoice; warnings: readonly Warning[] }): JSX.Element {
  return <>{warnings.map((warning) => <p key={warning.en} class="rule-warning" role="note"><strong>{texts.ruleWarning}</strong> {warning[language]}</p>)}</>;
}
