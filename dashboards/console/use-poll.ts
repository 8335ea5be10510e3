import { useEffect, useState } from 'preact/hooks';
import type { Answer } from './ask-server.ts';
import { serverNowMs } from './server-clock.ts';

export interface Polled<T> {
  /** The last that could be read; kept while the server does not answer. */
  value: T | null;
  readAtMs: number | null;
  /** What went wrong the last time, null when nothing did. */
  trouble: Exclude<Answer<T>, { kind: 'read' }> | null;
}

/** What was not answered is asked again this soon: a server that is back is seen. */
export const AGAIN_MS = 5_000;

/** Asks again `everyMs` after each answer, so that a slow server is not asked twice at once. `ask` must keep its identity. */
export function usePoll<T>(ask: () => Promise<Answer<T>>, everyMs: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ value: null, readAtMs: null, trouble: null });
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async (): Promise<void> => {
      const answer = await ask();
      if (isOver) return;
      setPolled((before) => (answer.kind === 'read' ? { value: answer.value, readAtMs: serverNowMs(), trouble: null } : { ...before, trouble: answer }));
      timer = setTimeout(() => void once(), answer.kind === 'read' ? everyMs : Math.min(everyMs, AGAIN_MS));
    };
    void once();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [ask, everyMs]);
  return polled;
}
