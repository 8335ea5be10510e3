import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { keepToken, readToken } from './operator.ts';
import { useTokenWanted } from './token-wanted.ts';
import type { ConsoleVoice } from './voice.ts';

/** The server's token: asked for once an act was refused for want of it, and no longer than until one is taken. */
export function TokenField({ voice }: { voice: ConsoleVoice }): JSX.Element | null {
  return useTokenWanted() ? <AskedToken voice={voice} /> : null;
}

function AskedToken({ voice: { texts } }: { voice: ConsoleVoice }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  // Who pressed a button further down sees what is wanted.
  useEffect(() => input.current?.focus(), []);
  return (
    <div class="operator">
      <label>
        {texts.serverToken}
        <input type="password" ref={input} value={readToken()} autocomplete="off" onInput={(event) => keepToken(event.currentTarget.value)} />
      </label>
    </div>
  );
}
