/** What can keep a page from being delivered, by what a person can do about it. */
export const DELIVERY_FAULTS = [
  'too-fast', 'busy', 'not-its-answer', 'wrong-key', 'bad-signature', 'keyword-missing', 'ip-not-allowed', 'robot-disabled', 'chat-gone', 'not-permitted', 'too-large', 'invalid-message',
  'unsafe-content', 'unknown-code', 'no-answer', 'connection-refused', 'connection-reset', 'unknown-host', 'unreachable', 'tls-untrusted', 'tls-expired', 'tls-wrong-host', 'tls-failed',
  'private-address', 'not-http', 'redirected', 'not-authorized', 'wrong-address', 'login-refused', 'recipient-refused', 'mail-delayed', 'mail-refused', 'not-confirmed', 'template-failed', 'local-limit', 'defect', 'stopped',
] as const;
export type DeliveryFault = (typeof DELIVERY_FAULTS)[number];
