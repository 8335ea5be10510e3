import { useState } from 'preact/hooks';
import { askServer, type Answer } from '../ask-server.ts';

/** An act waits for the incident desk, which answers within five seconds. */
const ACT_WITHIN_MS = 15_000;

export interface Act<T> {
  state: Answer<T> | 'working' | null;
  /** Resolves with whether it was taken. */
  run(path: string, body: Record<string, unknown>): Promise<boolean>;
}

/** One act at a time, and what came of the latest. `onDone` hears of each that was taken. */
export function useAct<T>(read: (body: unknown) => T | null, onDone: () => void): Act<T> {
  const [state, setState] = useState<Act<T>['state']>(null);
  return {
    state,
    async run(path, body) {
      if (state === 'working') return false;
      setState('working');
      const answer = await askServer(path, read, { method: 'POST', withinMs: ACT_WITHIN_MS, body });
      setState(answer);
      if (answer.kind === 'read') onDone();
      return answer.kind === 'read';
    },
  };
}
