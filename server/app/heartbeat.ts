import { exhaustMap, timer, type Subscription } from 'rxjs';
import { decideHeartbeat, HEARTBEAT_POLICY } from '../../alerts/decide-heartbeat.ts';
import { HttpPoster } from '../../alerts/channels/http-post.ts';
import { Egress } from '../../alerts/egress/egress.ts';
import type { PipelineStatus } from '../../core/pipeline.ts';
import type { Bus } from '../../stream/ports.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import type { AppContext } from './app-context.ts';

const ASK_TIMEOUT_MS = 5_000;
const SEND_TIMEOUT_MS = 10_000;
const PART = 'heartbeat';

/** Tells an outside monitor that feedback goes all the way, as long as it does. Null without an address. */
export function startHeartbeat({ settings, clock, health, logger, publicUrl }: AppContext, bus: Pick<Bus, 'request'>, deskBehindMs: () => number): { stop(): void } | null {
  const url = settings.TOCSIN_HEARTBEAT_URL;
  if (url === undefined) return null;
  const everyMs = settings.TOCSIN_HEARTBEAT_SECONDS * 1_000;
  const startedAtMs = clock.nowMs();
  const poster = new HttpPoster(1, new Egress(settings.TOCSIN_ALLOW_PRIVATE_HOSTS));
  const stopping = new AbortController();
  let isComplaining = false;
  const complain = (reason: string, detail: string): void => {
    if (!isComplaining) logger.warn({ part: PART, reason }, `heartbeats to the outside monitor are withheld: ${detail}`);
    isComplaining = true;
  };
  const beat = async (): Promise<void> => {
    const unwell = health.report().parts.filter(({ ok }) => !ok).map(({ part }) => part);
    const status = await bus.request(SUBJECTS.status, new Uint8Array(), ASK_TIMEOUT_MS).then((answer) => JSON.parse(new TextDecoder().decode(answer)) as PipelineStatus, () => null);
    const decision = decideHeartbeat({ unwell, status, deskBehindMs: deskBehindMs(), sinceStartMs: clock.nowMs() - startedAtMs }, { ...HEARTBEAT_POLICY, graceMs: settings.TOCSIN_HEARTBEAT_GRACE_SECONDS * 1_000 });
    if (decision.action === 'withhold') {
      if (decision.says === 'loudly') complain(decision.reason, decision.detail);
      else logger.debug({ part: PART, reason: decision.reason }, 'a heartbeat is withheld in the grace after the start');
      return;
    }
    const body = JSON.stringify({ service: 'tocsin', state: 'ok', at: new Date(clock.nowMs()).toISOString(), url: publicUrl(), lagMs: status?.lagMs ?? 0 });
    const answer = await poster.post({ url: new URL(url), headers: { 'content-type': 'application/json' }, body, timeoutMs: SEND_TIMEOUT_MS, signal: stopping.signal });
    if (answer.kind === 'answer' && answer.status < 300) {
      if (isComplaining) logger.info({ part: PART }, 'heartbeats to the outside monitor go out again');
      isComplaining = false;
    } else complain('not-delivered', answer.kind === 'answer' ? `the monitor answers HTTP ${answer.status}` : answer.reason);
  };
  const running: Subscription = timer(everyMs, everyMs).pipe(exhaustMap(() => beat().catch((error: unknown) => complain('failed', error instanceof Error ? error.name : 'for an unknown reason')))).subscribe();
  return {
    stop() {
      stopping.abort();
      running.unsubscribe();
    },
  };
}
