const PRIVATE_V4 = /^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./u;
const PRIVATE_SUFFIX = /\.(?:local|localhost|internal|intern|lan|home|corp|test|invalid)$/u;

/** Whether a service on the internet can be expected to reach an address: by a name with a dot, or by an IPv4 address that is no private one. */
export function isPublicUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  if (/^[\d.]+$/u.test(hostname)) return !PRIVATE_V4.test(hostname);
  return hostname.includes('.') && !PRIVATE_SUFFIX.test(hostname);
}
