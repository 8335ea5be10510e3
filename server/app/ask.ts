import type { Requests } from '../../stream/ports.ts';

const ASK_TIMEOUT_MS = 10_000;

/** Asks another role over the bus, in JSON. Rejects as `Requests.request` does. */
export async function ask<T>(bus: Requests, subject: string, question: unknown, timeoutMs = ASK_TIMEOUT_MS): Promise<T> {
  const answer = await bus.request(subject, new TextEncoder().encode(JSON.stringify(question)), timeoutMs);
  return JSON.parse(new TextDecoder().decode(answer)) as T;
}
