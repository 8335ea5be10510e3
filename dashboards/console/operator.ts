/** Who sits before this console. The browser keeps the name for good. */
export interface Operator {
  name: string;
}

const NAME_KEY = 'tocsin.operator';
const TOKEN_KEY = 'tocsin.token';
/** As long as the server takes. */
export const NAME_CHARS_MAX = 100;

/** A browser that keeps nothing (private windows, blocked storage) asks again each time. */
export function storage(kind: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return globalThis[kind] ?? null;
  } catch {
    return null;
  }
}

export function readOperator(): Operator {
  return { name: storage('localStorage')?.getItem(NAME_KEY) ?? '' };
}

export function keepOperator({ name }: Operator): void {
  storage('localStorage')?.setItem(NAME_KEY, name);
}

/** The server's token, as it was given in this tab; empty where none was. */
export function readToken(): string {
  return storage('sessionStorage')?.getItem(TOKEN_KEY) ?? '';
}

export function keepToken(token: string): void {
  storage('sessionStorage')?.setItem(TOKEN_KEY, token);
}
