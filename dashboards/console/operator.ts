/** Who sits before this console, and the server's token where it wants one. Kept by the browser: the name for good, the token for this tab. */
export interface Operator {
  name: string;
  token: string;
}

const NAME_KEY = 'tocsin.operator';
const TOKEN_KEY = 'tocsin.token';
/** As long as the server takes. */
export const NAME_CHARS_MAX = 100;

/** A browser that keeps nothing (private windows, blocked storage) asks again each time. */
function storage(kind: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return globalThis[kind] ?? null;
  } catch {
    return null;
  }
}

export function readOperator(): Operator {
  return { name: storage('localStorage')?.getItem(NAME_KEY) ?? '', token: storage('sessionStorage')?.getItem(TOKEN_KEY) ?? '' };
}

export function keepOperator({ name, token }: Operator): void {
  storage('localStorage')?.setItem(NAME_KEY, name);
  storage('sessionStorage')?.setItem(TOKEN_KEY, token);
}
