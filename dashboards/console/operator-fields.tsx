import type { JSX } from 'preact';
import { keepOperator, NAME_CHARS_MAX, type Operator } from './operator.ts';
import type { ConsoleVoice } from './voice.ts';

/** Who acts: the name stands on timelines. */
export function OperatorFields({ voice: { texts }, operator, onChange }: { voice: ConsoleVoice; operator: Operator; onChange: (operator: Operator) => void }): JSX.Element {
  const change = (name: string): void => {
    keepOperator({ name });
    onChange({ name });
  };
  return (
    <div class="operator">
      <label>
        {texts.operatorName}
        <input type="text" value={operator.name} maxLength={NAME_CHARS_MAX} autocomplete="username" required onInput={(event) => change(event.currentTarget.value)} />
      </label>
    </div>
  );
}
