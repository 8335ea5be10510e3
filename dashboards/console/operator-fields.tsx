import type { JSX } from 'preact';
import { keepOperator, NAME_CHARS_MAX, type Operator } from './operator.ts';
import type { ConsoleVoice } from './voice.ts';

/** Who acts: the name stands on timelines; the token only where the server wants one. */
export function OperatorFields({ voice: { texts }, operator, onChange }: { voice: ConsoleVoice; operator: Operator; onChange: (operator: Operator) => void }): JSX.Element {
  const change = (changed: Partial<Operator>): void => {
    const next = { ...operator, ...changed };
    keepOperator(next);
    onChange(next);
  };
  return (
    <div class="operator">
      <label>
        {texts.operatorName}
        <input type="text" value={operator.name} maxLength={NAME_CHARS_MAX} autocomplete="username" required onInput={(event) => change({ name: event.currentTarget.value })} />
      </label>
      <label>
        {texts.operatorToken}
        <input type="password" value={operator.token} autocomplete="off" onInput={(event) => change({ token: event.currentTarget.value })} />
      </label>
    </div>
  );
}
