/** Where a secret stands: an environment variable or a file. The reference may be shown and kept; the value may not. */
export type SecretRef = { from: 'env'; name: string } | { from: 'file'; path: string };

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/u;
const PATH_CHARS_MAX = 500;

/** Reads `env:NAME` or `file:PATH`; null for anything else. */
export function parseSecretRef(text: string): SecretRef | null {
  if (text.startsWith('env:') && ENV_NAME.test(text.slice(4))) return { from: 'env', name: text.slice(4) };
  const path = text.startsWith('file:') ? text.slice(5) : '';
  return path !== '' && path.length <= PATH_CHARS_MAX && !/\p{Cc}/u.test(path) ? { from: 'file', path } : null;
}

/** Whether a text is meant as a reference, right or wrong. */
export function looksLikeSecretRef(text: string): boolean {
  return /^(?:env|file):(?!\/\/)/u.test(text);
}

/** Environment variables that a channel made over the API may name: no other secret of the process is within its reach. */
export const API_SECRET_PREFIX = 'TOCSIN_SECRET_';
