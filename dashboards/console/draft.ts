import { storage } from './operator.ts';

const PREFIX = 'tocsin.draft.';

/** What was being written and is not sent yet; kept for this tab, so that loading the page again loses nothing. */
export function readDraft(of: string): string {
  return storage('sessionStorage')?.getItem(PREFIX + of) ?? '';
}

/** Empty: nothing is being written any more. A browser whose room is used up keeps nothing. */
export function keepDraft(of: string, text: string): void {
  try {
    if (text === '') storage('sessionStorage')?.removeItem(PREFIX + of);
    else storage('sessionStorage')?.setItem(PREFIX + of, text);
  } catch {
    // The field itself still has it.
  }
}
