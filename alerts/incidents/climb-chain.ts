import { han } from '../../core/han.ts';
import type { LocalText } from '../../core/rule.ts';
import { resolveTargets } from '../routing/resolve-targets.ts';
import { askPage } from './ask-page.ts';
import { remindAt } from './desk-state.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { note } from './incident.ts';
import type { Incident } from './incident.ts';

type ChainPlace = NonNullable<Incident['chain']>;

/** The step of its escalation chain that an incident takes next: its number from 1, and who is meant by it now. */
export interface NextStep {
  number: number;
  targets: string[];
  who: string[];
  /** Where the chain stands once it is taken; null after the last one. */
  after: ChainPlace | null;
}

/** Null where no step is left, or the chain is no longer in the book. */
export function nextStepOf(state: Pick<DeskState, 'book' | 'nowMs'>, { chain: place }: Pick<Incident, 'chain'>): NextStep | null {
  const chain = place === null ? undefined : state.book.chains.find(({ id }) => id === place.chainId);
  const taken = place === null ? undefined : chain?.steps[place.step];
  if (place === null || chain === undefined || taken === undefined) return null;
  const isLast = place.step + 1 >= chain.steps.length;
  const round = isLast ? place.round + 1 : place.round;
  const next = isLast ? 0 : place.step + 1;
  const { people } = resolveTargets(state.book, taken.notify, state.nowMs, 'urgent');
  return {
    number: place.step + 1, targets: taken.notify, who: people.length > 0 ? people : taken.notify,
    after: round > chain.repeat ? null : { chainId: chain.id, step: next, round, dueMs: state.nowMs + chain.steps[next]!.waitMs },
  };
}

/** Takes this step now, by itself or by somebody's hand: its page is asked for, and the time to the one after it begins. */
export function takeStep(state: DeskState, step: DeskStep, incident: Incident, { targets, after }: NextStep, { detail, by }: { detail: LocalText; by: string | null }): void {
  incident.chain = after;
  if (after !== null) remindAt(state, incident, after.dueMs);
  const reason = by === null ? { reason: 'escalation-step' as const } : { reason: 'escalated-by-hand' as const, by };
  askPage(state, step, incident, { kind: 'escalated', ...reason, severity: incident.severity, event: incident.lead, pageId: null, dueMs: state.nowMs, targets, named: 'by-route', detail });
}

interface Escalation {
  incident: Incident;
  actor: string;
  /** The step that is meant, from 1: another one is refused, so that two who press at once take one step. */
  wanted: number | undefined;
  detail: { detail?: LocalText };
}

/** Somebody does not wait for the next step of the chain. */
export function escalate(state: DeskState, step: DeskStep, { incident, actor, wanted, detail }: Escalation): { incidentId: string } | { code: 'conflict'; message: string } {
  if (incident.state === 'resolved') return { code: 'conflict', message: `The incident ${incident.id} is over.` };
  if (incident.acknowledged !== null) return { code: 'conflict', message: `The incident ${incident.id} is acknowledged by ${incident.acknowledged.by}: hand it over, or withdraw the acknowledgement first.` };
  const next = nextStepOf(state, incident);
  if (next === null) return { code: 'conflict', message: `The incident ${incident.id} has no further step of an escalation chain.` };
  if (wanted !== undefined && wanted !== next.number) return { code: 'conflict', message: `Step ${wanted} of the escalation chain was taken before; the next one is ${next.number}.` };
  const which = { zh: `第 ${next.number} 步：${next.who.join('、')}`, en: `step ${next.number}: ${next.who.join(', ')}` };
  note(incident, { atMs: state.nowMs, kind: 'escalated', by: actor, detail: detail.detail ?? which });
  const said = { zh: han`${actor} 手动升级，${which.zh}`, en: `escalated by ${actor}, ${which.en}` };
  // Whoever is woken reads why.
  const why = detail.detail === undefined ? said : { zh: `${said.zh}；${detail.detail.zh}`, en: `${said.en}; ${detail.detail.en}` };
  takeStep(state, step, incident, next, { detail: why, by: actor });
  return { incidentId: incident.id };
}
