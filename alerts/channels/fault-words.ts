import type { DeliveryFault } from '../../core/delivery-fault.ts';

/** Words for what can go wrong on the way to a receiver, by error code: never by message, which may quote the address. */
const WORDS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ECONNABORTED: 'connection reset',
  ETIMEDOUT: 'timed out',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name cannot be looked up now',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ENETDOWN: 'network down',
  EADDRNOTAVAIL: 'no local port or address free',
  EPRIVATEADDRESS: 'the address is private; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it',
  EMFILE: 'too many open files',
  EPROTO: 'TLS handshake failed',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not yet valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate cannot be verified',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate cannot be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another host',
};

/** A few words for a failed connection; what has no words is named by its code alone. */
export function faultWords(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) return 'connection failed';
  const words = WORDS[code];
  if (words !== undefined) return words;
  if (code.startsWith('HPE_')) return 'the answer is not HTTP';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return `TLS failed (${code})`;
  return `connection failed (${code})`;
}

const FAULTS: Record<string, DeliveryFault> = {
  ECONNREFUSED: 'connection-refused', ECONNRESET: 'connection-reset', EPIPE: 'connection-reset', ECONNABORTED: 'connection-reset', ETIMEDOUT: 'no-answer', ENOTFOUND: 'unknown-host', EAI_AGAIN: 'unknown-host',
  EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable', ENETDOWN: 'unreachable', EADDRNOTAVAIL: 'local-limit', EMFILE: 'local-limit', EPRIVATEADDRESS: 'private-address', EPROTO: 'tls-failed',
  CERT_HAS_EXPIRED: 'tls-expired', CERT_NOT_YET_VALID: 'tls-expired', DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted', SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted', UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted', UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted', ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-host', ESTOPPED: 'stopped',
};

/** Which kind of fault a failed connection is. */
export function faultOf(error: unknown): DeliveryFault {
  const code = errorCode(error) ?? '';
  const fault = FAULTS[code];
  if (fault !== undefined) return fault;
  if (code.startsWith('HPE_')) return 'not-http';
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') ? 'tls-failed' : 'connection-reset';
}

function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[A-Z0-9_]{1,60}$/u.test(error.code) ? error.code : undefined;
}
