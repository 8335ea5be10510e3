import type { AlertEvent } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import type { DeliveryFault } from '../../core/delivery-fault.ts';
import type { PageOrder } from '../../core/page-order.ts';
import type { DeliveryOutcome, DeliveryRecord } from '../../core/page.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { Channel, SendOutcome } from '../channels/channel.ts';
import type { LinkSigner } from '../links/action-link.ts';
import { withActionLinks, withChartLink } from '../links/with-action-links.ts';
import type { Findings, NoFindings, Trust } from '../reason/findings.ts';
import { decideDelivery } from './decide-delivery.ts';
import type { DeliveryPolicy, SkipReason } from './decide-delivery.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { DeliveryRecorder } from './delivery-recorder.ts';
import { takenOver, type ChannelState } from './delivery-state.ts';
import { givenUp, judgeAttempt } from './judge-attempt.ts';
import type { Page } from './page.ts';
import { withFindings, withFoundQuotes } from './render-findings.ts';
import { renderOrder } from './render-order.ts';
import type { RenderOptions } from './render-page.ts';

/** Settled: nothing is left to do for this event over this channel. Waiting: it is to be handled again then. */
export type PageResult = { kind: 'settled' } | { kind: 'waiting'; untilMs: number };

export interface DeliveryContext {
  ledger: DeliveryLedger;
  recorder: DeliveryRecorder;
  policy: DeliveryPolicy;
  render: RenderOptions;
  /** Signs the links by which a page can be acted on; there are none when absent. */
  links?: LinkSigner;
  /** What is known beyond the order itself; nothing when absent. Neither rejects. */
  reason?: {
    findings(order: PageOrder): Promise<Findings | NoFindings | null>;
    trust(workspace: string): Promise<Trust>;
  };
  /** Whether somebody has acknowledged since a step of the chain was decided; none is needless when absent. */
  isNeedless?(order: PageOrder): boolean;
  /** Keeps a page that is not tried again; false where that cannot be done now, and the page is then not settled. */
  setAside(order: PageOrder, record: DeliveryRecord): Promise<boolean>;
  warn(message: string): void;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  telemetry: Telemetry;
}

interface PageTask {
  order: PageOrder;
  /** What the order tells, in the form that deliveries are decided by. */
  event: AlertEvent;
  channel: Channel;
  signal: AbortSignal;
}

const SETTLED: PageResult = { kind: 'settled' };

const SKIPPED: Record<SkipReason, string> = {
  'never-fired-here': 'not sent: no fire of this alert was delivered here',
  'overtaken': 'not sent: a later page of this alert was settled before',
};

/** Of a record: somebody may have received the page. */
const UNSURE = { mayHaveArrived: true } as const;

/** Faults after which it is certain that the attempt reached nobody. */
const NEVER_ARRIVED: ReadonlySet<DeliveryFault | undefined> = new Set<DeliveryFault>([
  'connection-refused', 'unknown-host', 'unreachable', 'tls-untrusted', 'tls-expired', 'tls-wrong-host', 'private-address', 'too-fast', 'wrong-key', 'local-limit', 'template-failed',
]);

/** The key of one event over one channel, on every attempt and after every restart. */
function idempotencyKeyOf(eventId: string, channelId: string): string {
  return `${eventId}:${channelId}`;
}

/**
 * Sends a lost page once more, by somebody's word: no order, no budget of attempts and no pause is asked. The record follows those
 * that were before.
 */
export async function sendAgain(task: PageTask, context: DeliveryContext): Promise<SendOutcome> {
  const { event, channel } = task;
  const idempotencyKey = idempotencyKeyOf(event.id, channel.id);
  const atMs = context.clock.nowMs();
  const outcome = await sendOnce(task, idempotencyKey, context);
  const attempt = (context.ledger.pages(event.alertId, channel.id).get(event.id)?.attempts ?? 0) + 1;
  await context.recorder.record({
    ...blankRecord(task, idempotencyKey), atMs, attempt, durationMs: context.clock.nowMs() - atMs, outcome: outcome.kind === 'delivered' ? 'delivered' : 'failed', detail: `sent again by hand: ${outcome.detail}`, ...('why' in outcome && outcome.why !== undefined ? { fault: outcome.why } : {}), ...('over' in outcome && outcome.over !== undefined ? { over: outcome.over } : {}),
  });
  return outcome;
}

/** Handles one event over one channel once: decides, sends if it is time, records. `health` is the channel's and is changed. */
export async function deliverPage(task: PageTask, health: ChannelState, context: DeliveryContext): Promise<PageResult> {
  const { event, channel, signal } = task;
  const { ledger, recorder, policy, clock } = context;
  const idempotencyKey = idempotencyKeyOf(event.id, channel.id);
  if (!(await recorder.payOff(idempotencyKey))) return waiting(clock.nowMs() + policy.recheckMs);
  const nowMs = clock.nowMs();
  const pages = ledger.pages(event.alertId, channel.id);
  const own = pages.get(event.id);
  const { knownSinceMs, startedAtMs } = ledger;
  const decision = decideDelivery({
    event, pages, opening: ledger.opening(event.alertId), channel: health, knownSinceMs, startedAtMs, nowMs,
  }, policy);
  const note = async (outcome: DeliveryOutcome, rest: Omit<Partial<DeliveryRecord>, 'outcome'>): Promise<PageResult> => {
    const record = { ...blankRecord(task, idempotencyKey), atMs: nowMs, ...rest, outcome };
    // Set aside before it is settled: a page is never lost without a trace.
    if (outcome === 'failed' && !(await context.setAside(task.order, record))) {
      context.warn(`A lost page over ${channel.id} could not be put among the dead letters and is tried once more: ${record.detail}`);
      return waiting(clock.nowMs() + policy.recheckMs);
    }
    return await keep(record, context);
  };
  switch (decision.action) {
    case 'done':
      return SETTLED;
    case 'wait':
      return waiting(decision.untilMs);
    case 'skip':
      // Pages go out in order, so one that was overtaken was settled by somebody: only what became of it is not known.
      return await note('skipped', { attempt: own?.attempts ?? 0, detail: SKIPPED[decision.reason], ...(decision.reason === 'overtaken' ? UNSURE : {}) });
    case 'give-up':
      return await note('failed', { attempt: own?.attempts ?? 0, detail: givenUp(own?.lastDetail ?? '', policy), ...(own?.mayHaveArrived === true ? UNSURE : {}) });
    case 'send': {
      if (context.isNeedless?.(task.order) === true) return await note('skipped', { attempt: own?.attempts ?? 0, detail: 'not sent: somebody acknowledged before it could be sent', ...(own?.mayHaveArrived === true ? UNSURE : {}) });
      const { attempt } = decision;
      const outcome = await sendOnce(task, idempotencyKey, context);
      if (signal.aborted && outcome.kind === 'retry') return waiting(nowMs);
      const doneAtMs = clock.nowMs();
      const verdict = judgeAttempt({
        alertId: event.alertId, outcome, attempt, firstAttemptAtMs: own?.firstAttemptAtMs ?? nowMs, channel: health, nowMs: doneAtMs, draw: context.random(),
      }, policy);
      if (outcome.kind === 'postponed') ledger.putOff(event, channel.id, Math.max(0, outcome.untilMs - nowMs));
      if (outcome.kind === 'delivered') context.telemetry({ kind: 'stages-passed', stagesMs: { notify: Math.max(0, doneAtMs - causedAtMs(task.order) - (own?.putOffMs ?? 0)) } });
      Object.assign(health, verdict.channel);
      const { outcome: pageOutcome, ...said } = verdict.page;
      const isUnsure = outcome.kind === 'retry' && (!NEVER_ARRIVED.has(outcome.why) || (pageOutcome === 'failed' && own?.mayHaveArrived === true));
      return await note(pageOutcome, { attempt, durationMs: doneAtMs - nowMs, ...said, ...(isUnsure ? UNSURE : {}) });
    }
  }
}

/** From when on a page could have been on its way: its event, without the time for which a rule held it; one of the desk's own, its decision. */
function causedAtMs({ id, event, heldMs, atMs }: PageOrder): number {
  return id === event.id ? event.atMs + (heldMs ?? 0) : atMs;
}

async function sendOnce(task: PageTask, idempotencyKey: string, context: DeliveryContext): Promise<SendOutcome> {
  const { channel, signal } = task;
  const page = await pageOf(task, idempotencyKey, context);
  try {
    return await channel.send(page, idempotencyKey, signal, takenOver(context.ledger.pages(task.event.alertId, channel.id)));
  } catch {
    // A channel resolves for every fault it knows; what it throws is a defect, whose text may hold anything.
    return { kind: 'retry', detail: `the ${channel.kind} channel failed inside`, fault: 'page', why: 'defect' };
  }
}

async function pageOf({ order, channel }: PageTask, idempotencyKey: string, { render, reason, links }: DeliveryContext): Promise<Page> {
  if (links === undefined) return await reasonedPage(order, idempotencyKey, { render, reason });
  const page = await reasonedPage(order, idempotencyKey, { render: { ...render, evidenceToken: (alertId, atMs) => links.evidenceToken(alertId, atMs) }, reason });
  return withChartLink(withActionLinks(page, order, { signer: links, channel, publicUrl: render.publicUrl }), { ...render, signer: links, channel });
}

async function reasonedPage(order: PageOrder, idempotencyKey: string, { render, reason }: Pick<DeliveryContext, 'render'> & { reason: DeliveryContext['reason'] }): Promise<Page> {
  // What is wrong with Tocsin itself has no items.
  if (reason === undefined || order.event.measure?.kind === 'trouble') return renderOrder(order, idempotencyKey, render);
  const [findings, trust] = await Promise.all([reason.findings(order), reason.trust(order.workspace)]);
  return withFindings(renderOrder(withFoundQuotes(order, findings), idempotencyKey, render), findings, trust);
}

async function keep(record: DeliveryRecord, { recorder, policy, clock, telemetry }: DeliveryContext): Promise<PageResult> {
  telemetry({ kind: 'delivery-attempted', channel: record.channelId, outcome: record.outcome, durationMs: record.durationMs });
  const kept = await recorder.record(record);
  if (!kept) return waiting(clock.nowMs() + policy.recheckMs);
  return record.outcome === 'retrying' ? waiting(record.nextAttemptAtMs ?? record.atMs) : SETTLED;
}

function blankRecord({ event, channel }: PageTask, idempotencyKey: string): DeliveryRecord {
  return {
    idempotencyKey,
    alertId: event.alertId,
    eventId: event.id,
    eventKind: event.kind,
    channelId: channel.id,
    channelKind: channel.kind,
    attempt: 0,
    outcome: 'skipped',
    detail: '',
    atMs: 0,
    durationMs: 0,
  };
}

function waiting(untilMs: number): PageResult {
  return { kind: 'waiting', untilMs };
}
