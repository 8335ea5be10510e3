import type { AlertEvent, AlertOpened } from '../../core/alert.ts';
import type { Timers } from '../../core/clock.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import { evidenceQuestion, type EvidenceQuestion } from '../evidence/evidence-question.ts';
import { readEvidence, type EvidencePlace, type ReadWindow } from '../evidence/evidence.ts';
import { sharedItem, type SharedItem, type SharedQuestion } from '../evidence/shared-items.ts';
import { candidatesFor, isSource } from '../incidents/inhibition-sources.ts';
import type { DeskInput, DeskState } from '../incidents/desk-state.ts';
import type { JournalEntry } from '../incidents/journal.ts';
import { foldAlert } from '../list/alert-record.ts';
import { LogFollower } from '../list/log-follower.ts';

/** What may explain an alert, asked about together: the alert's own items are read once. */
interface Question {
  sources: AlertOpened[];
  target: AlertOpened;
  /** 1, 2, 3 … */
  attempt: number;
}

/** Openings remembered while inhibitions are in force. */
const OPENINGS_MAX = 10_000;
/** Questions that wait for the store. */
const WAITING_MAX = 1_000;
/** Questions that are asked at a time; one that waits for the store holds up no other. */
const QUESTIONS_AT_ONCE = 4;
/** Of one question: so that neither it nor the answer is long. */
const SOURCES_MAX = 20;
/** Where neither the store nor the counter has all that an alert counted, they are asked again. */
const ATTEMPTS_MAX = 8;
const RETRY_DELAY_MS = 1_000;
const PAGE_ITEMS = 5_000;

export interface AskOverlapsOptions {
  /** Read once when there is an inhibition, for what fires since before this start. */
  alerts: Pick<ReadLog, 'read' | 'last'>;
  window: ReadWindow;
  /** Of what is counted and not stored yet; the counter's answer is not waited for long. */
  unstored(question: SharedQuestion): Promise<SharedItem[]>;
  timers: Timers;
  take(input: DeskInput): void;
  warn(message: string): void;
}

/**
 * Asks the store, and the counter for what is not there yet, how many of one alert's items are another one's, where an inhibition of the book would hold if they
 * were the same. The desk itself knows no items; the answer is one of its inputs, so a replay needs no store.
 */
export class OverlapAsker {
  readonly #options: AskOverlapsOptions;
  readonly #openings = new Map<string, AlertOpened>();
  readonly #waiting: Question[] = [];
  /** By the alert that may be explained: those that were asked about. */
  readonly #asked = new Map<string, Set<string>>();
  #asking = 0;
  /** More could be asked about than may wait. */
  #leftOut = false;
  #isStopped = false;
  #past: LogFollower | undefined;
  #state: DeskState | undefined;

  constructor(options: AskOverlapsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
    this.#past?.stop();
  }

  /** To be called after each entry of the journal. */
  onStep(state: DeskState, { inputs }: JournalEntry): void {
    if (state.book.inhibitions.length === 0) return;
    this.#state = state;
    this.#readPast();
    for (const { input } of inputs) if (input.kind === 'alert') this.#hear(input.event);
    const changed = inputs.flatMap(({ input }) => (input.kind === 'alert' && input.event.kind !== 'resolved' ? [input.event.alertId] : []));
    // What may explain others may explain any of those that fire; what may only be explained is looked at alone.
    if (changed.length > 0) this.#look(state, this.#leftOut || changed.some((alertId) => isSource(state, alertId)) ? this.#openings.keys() : changed);
    this.#askAll();
  }

  /** What opened before this start and still fires may explain what fires from now on. */
  #readPast(): void {
    if (this.#past !== undefined) return;
    const past = new LogFollower({ log: this.#options.alerts, take: ({ value }) => this.#hearBytes(value) });
    this.#past = past;
    past.start().then(() => {
      past.stop();
      if (this.#state !== undefined) this.#look(this.#state, this.#openings.keys());
      this.#askAll();
    }, () => this.#options.warn('What fired before the start could not be read: it explains nothing until the next start.'));
  }

  #hearBytes(bytes: Uint8Array): void {
    try {
      this.#hear(decodeJson('alert', bytes));
    } catch {
      // The desk itself tells of an entry that cannot be read.
    }
  }

  #hear(event: AlertEvent): void {
    if (event.kind === 'opened') this.#remember(event);
    else if (event.kind === 'resolved') this.#forget(event.alertId);
  }

  #forget(alertId: string): void {
    this.#openings.delete(alertId);
    this.#asked.delete(alertId);
  }

  #remember(event: AlertOpened): void {
    this.#openings.set(event.alertId, event);
    const [oldest] = this.#openings.keys();
    if (this.#openings.size > OPENINGS_MAX && oldest !== undefined) this.#forget(oldest);
  }

  /** Those of the alerts that fire, with what an inhibition may join each of them to and was not asked about. */
  #look(state: DeskState, alertIds: Iterable<string>): void {
    this.#leftOut = false;
    for (const alertId of alertIds) {
      const target = this.#openings.get(alertId);
      if (target === undefined) continue;
      const member = state.open.get(state.incidentOfAlert.get(alertId) ?? '')?.members.get(alertId);
      if (member === undefined || member.state !== 'firing') continue;
      const asked = this.#asked.get(alertId) ?? new Set<string>();
      const sources = new Map(candidatesFor(state, member).flatMap(({ alertId: sourceId }) => {
        const source = asked.has(sourceId) ? undefined : this.#openings.get(sourceId);
        return source === undefined ? [] : [[sourceId, source]];
      }));
      for (let all = [...sources.values()]; all.length > 0 && this.#waiting.length < WAITING_MAX; all = all.slice(SOURCES_MAX)) {
        const some = all.slice(0, SOURCES_MAX);
        for (const source of some) asked.add(source.alertId);
        this.#asked.set(alertId, asked);
        this.#waiting.push({ sources: some, target, attempt: 1 });
        if (this.#waiting.length >= WAITING_MAX) this.#leftOut = true;
      }
    }
  }

  #askAll(): void {
    while (this.#asking < QUESTIONS_AT_ONCE && !this.#isStopped) {
      const question = this.#waiting.shift();
      if (question === undefined) break;
      this.#asking += 1;
      void this.#ask(question).finally(() => {
        this.#asking -= 1;
        if (this.#leftOut && this.#waiting.length === 0 && this.#state !== undefined) this.#look(this.#state, this.#openings.keys());
        this.#askAll();
      });
    }
  }

  /** Answers the desk, or asks again a little later. */
  async #ask(asked: Question): Promise<void> {
    const { sources, target, attempt } = asked;
    const { take, timers, warn } = this.#options;
    try {
      // What explains may have fired long ago and have counted on: its items are those up to the target's opening.
      const question = { of: this.#questionsOf(target), others: sources.map((source) => this.#questionsOf(asOf(source, target))) };
      const { items, shared } = question.of.length === 0 ? { items: 0, shared: [] } : await this.#count(question);
      if (question.of.length === 0 || items >= target.count || attempt === ATTEMPTS_MAX) {
        const ofTarget = Math.max(items, target.count);
        for (const [at, source] of sources.entries()) take({ kind: 'overlap', sourceAlertId: source.alertId, targetAlertId: target.alertId, shared: shared[at] ?? 0, ofTarget });
        return;
      }
    } catch (error) {
      if (attempt === ATTEMPTS_MAX) return warn(`What explains ${target.alertId} could not be asked of the store: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
    }
    timers.after(RETRY_DELAY_MS, () => {
      this.#waiting.push({ ...asked, attempt: attempt + 1 });
      this.#askAll();
    });
  }

  /** What to look up for an alert, for a composite what to look up for its members; nothing where that cannot be said. */
  #questionsOf(event: AlertOpened): EvidenceQuestion[] {
    const parts = event.measure?.kind === 'composite' ? event.measure.members.flatMap(({ alertId }) => this.#openings.get(alertId) ?? []).map((member) => asOf(member, event)) : [event];
    return parts.flatMap((part) => {
      const alert = foldAlert(undefined, part);
      const answer = alert === null ? null : evidenceQuestion(alert);
      return answer?.ok === true ? [answer.question] : [];
    });
  }

  /** Items of the alert, and how many of them each of the others has as well: whether one is theirs can be told from the item itself. */
  async #count(question: SharedQuestion): Promise<{ items: number; shared: number[] }> {
    const { unstored, window } = this.#options;
    const look = sharedItem(question);
    const seen = new Set<string>();
    const shared = question.others.map(() => 0);
    const add = ([sequence, index, ...others]: SharedItem): void => {
      const place = `${sequence}.${index}`;
      if (seen.has(place)) return;
      seen.add(place);
      for (const at of others) shared[at]! += 1;
    };
    // Before the store is asked: what is stored meanwhile is in both answers, and not in none. What the counter does not answer may be stored.
    for (const item of await unstored(question).catch((): SharedItem[] => [])) add(item);
    for (const part of question.of) {
      let after: EvidencePlace | null = null;
      do {
        const page: Awaited<ReturnType<typeof readEvidence>> = await readEvidence(window, part, { after, limit: PAGE_ITEMS });
        for (const stored of page.items) {
          const item = look(stored);
          if (item !== null) add(item);
        }
        after = page.next;
      } while (after !== null);
    }
    return { items: seen.size, shared };
  }
}

/** An alert as it had counted when a later one fired. */
function asOf(earlier: AlertOpened, later: AlertOpened): AlertOpened {
  if (earlier.basis === undefined || later.basis === undefined || later.sequence <= earlier.sequence) return earlier;
  const { itemIndex: _, ...basis } = earlier.basis;
  const { windowEndMs, itemIndex } = later.basis;
  return { ...earlier, sequence: later.sequence, basis: { ...basis, windowEndMs: Math.max(basis.windowEndMs, windowEndMs), ...(itemIndex === undefined ? {} : { itemIndex }) } };
}
