import { createHmac } from 'node:crypto';

/**
 * `t=<seconds since the epoch>,v1=<hex>`: HMAC-SHA256 under the shared secret over `<t>.<body>`. The time is inside,
 * so that a receiver can turn down an old request that somebody sends again.
 */
export function signWebhook(body: string, secret: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
