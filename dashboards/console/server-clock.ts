import { elapsedMs, type Instant } from '../shared/freshness.ts';

/** The server's time when it answered last, and when that was here. */
let noted: { serverMs: number; at: Instant } | null = null;

const here = (): Instant => ({ steadyMs: performance.now(), wallMs: Date.now() });

/** Takes the server's time from an answer, to the second; one that does not say it changes nothing. */
export function noteServerTime({ headers }: Pick<Response, 'headers'>): void {
  const serverMs = Date.parse(headers.get('date') ?? '');
  if (!Number.isNaN(serverMs)) noted = { serverMs, at: here() };
}

/** The server's time now, in ms since the epoch, as well as it can be known here: by this machine's clock before the first answer. */
export function serverNowMs(): number {
  const now = here();
  return noted === null ? now.wallMs : noted.serverMs + elapsedMs(noted.at, now);
}
