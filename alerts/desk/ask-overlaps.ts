import type { AlertEvent, AlertOpened } from '../../core/alert.ts';
import type { Timers } from '../../core/clock.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import type { ItemsQuery } from '../../stream/unstored-items.ts';
import { evidenceQuestion, type EvidenceQuestion } from '../evidence/evidence-question.ts';
import { belongsTo, readEvidence, type EvidencePlace, type ReadWindow } from '../evidence/evidence.ts';
import { candidatesFor, pairKey } from '../incidents/decide-inhibition.ts';
import type { DeskInput, DeskState } from '../incidents/desk-state.ts';
import type { JournalEntry } from '../incidents/journal.ts';
import { foldAlert } from '../list/alert-record.ts';
import { LogFollower } from '../list/log-follower.ts';

interface Pair {
  source: AlertOpened;
  target: AlertOpened;
  /** 1, 2, 3 … */
  attempt: number;
}

/** Openings remembered while inhibitions are in force. */
const OPENINGS_MAX = 10_000;
/** Questions that wait for the store. */
const WAITING_MAX = 1_000;
/** Pairs that are asked about at a time; one that waits for the store holds up no other. */
const PAIRS_AT_ONCE = 4;
/** Where neither the store nor the counter has all that an alert counted, they are asked again. */
const ATTEMPTS_MAX = 8;
const RETRY_DELAY_MS = 1_000;
const PAGE_ITEMS = 5_000;

export interface AskOverlapsOptions {
  /** Read once when there is an inhibition, for what fires since before this start. */
  alerts: Pick<ReadLog, 'read' | 'last'>;
  window: ReadWindow;
  /** What is counted and not stored yet, repeats left out; none of the counter's answers is waited for long. */
  unstored(query: ItemsQuery): Promise<StoredItem[]>;
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
  readonly #waiting: Pair[] = [];
  readonly #asked = new Set<string>();
  #asking = 0;
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
    for (const { input } of inputs) if (input.kind === 'alert' && input.event.kind === 'opened') this.#look(state);
    this.#askAll();
  }

  /** What opened before this start and still fires may explain what fires from now on. */
  #readPast(): void {
    if (this.#past !== undefined) return;
    const past = new LogFollower({ log: this.#options.alerts, take: ({ value }) => this.#hearBytes(value) });
    this.#past = past;
    past.start().then(() => {
      past.stop();
      if (this.#state !== undefined) this.#look(this.#state);
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
    else if (event.kind === 'resolved') this.#openings.delete(event.alertId);
  }

  #remember(event: AlertOpened): void {
    this.#openings.set(event.alertId, event);
    const [oldest] = this.#openings.keys();
    if (this.#openings.size > OPENINGS_MAX && oldest !== undefined) this.#openings.delete(oldest);
  }

  /** Every pair of alerts that fire, that an inhibition may join, and that was not asked about. */
  #look(state: DeskState): void {
    for (const [alertId, target] of this.#openings) {
      const member = state.open.get(state.incidentOfAlert.get(alertId) ?? '')?.members.get(alertId);
      if (member === undefined || member.state !== 'firing') continue;
      for (const { alertId: sourceId } of candidatesFor(state, member)) {
        const source = this.#openings.get(sourceId);
        const key = pairKey(sourceId, alertId);
        if (source === undefined || this.#asked.has(key) || this.#waiting.length >= WAITING_MAX) continue;
        this.#asked.add(key);
        this.#waiting.push({ source, target, attempt: 1 });
      }
    }
  }

  #askAll(): void {
    while (this.#asking < PAIRS_AT_ONCE && !this.#isStopped) {
      const pair = this.#waiting.shift();
      if (pair === undefined) break;
      this.#asking += 1;
      void this.#ask(pair).finally(() => {
        this.#asking -= 1;
        this.#askAll();
      });
    }
  }

  /** Answers the desk, or asks again a little later. */
  async #ask(pair: Pair): Promise<void> {
    const { source, target, attempt } = pair;
    const { take, timers, warn } = this.#options;
    // What explains may have fired long ago and have counted on: its items are those up to the target's opening.
    const grown = asOf(source, target);
    try {
      const ofTarget = await this.#items(target);
      const ofSource = await this.#items(grown);
      const isComplete = (ofTarget?.size ?? 0) >= target.count && (grown !== source || (ofSource?.size ?? 0) >= source.count);
      if (ofTarget === null || ofSource === null || isComplete || attempt === ATTEMPTS_MAX) {
        const shared = [...(ofTarget ?? [])].filter((place) => ofSource?.has(place)).length;
        return take({ kind: 'overlap', sourceAlertId: source.alertId, targetAlertId: target.alertId, shared, ofTarget: Math.max(ofTarget?.size ?? 0, target.count) });
      }
    } catch (error) {
      if (attempt === ATTEMPTS_MAX) return warn(`Whether ${source.alertId} explains ${target.alertId} could not be asked of the store: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
    }
    timers.after(RETRY_DELAY_MS, () => {
      this.#waiting.push({ ...pair, attempt: attempt + 1 });
      this.#askAll();
    });
  }

  /** Places on the log of the items that an alert counted, of a composite those of its members; null where there are none to be known. */
  async #items(event: AlertOpened): Promise<Set<string> | null> {
    const places = new Set<string>();
    const parts = event.measure?.kind === 'composite' ? event.measure.members.flatMap(({ alertId }) => this.#openings.get(alertId) ?? []).map((member) => asOf(member, event)) : [event];
    let known = 0;
    for (const part of parts) {
      const alert = foldAlert(undefined, part);
      const answer = alert === null ? null : evidenceQuestion(alert);
      if (answer === null || !answer.ok) continue;
      known += 1;
      for (const { sequence, index } of await this.#itemsOf(answer.question)) places.add(`${sequence}.${index}`);
    }
    return known === 0 ? null : places;
  }

  async #itemsOf(question: EvidenceQuestion): Promise<StoredItem[]> {
    const { unstored, window } = this.#options;
    const { workspace, group, afterMs, upToMs } = question;
    // Before the store is asked: what is stored meanwhile is in both answers, and not in none. What the counter does not answer may be stored.
    const waiting = await unstored({ workspace, group, afterMs, upToMs, rowsMax: PAGE_ITEMS }).catch((): StoredItem[] => []);
    const items = waiting.filter(belongsTo(question));
    let after: EvidencePlace | null = null;
    do {
      const page: Awaited<ReturnType<typeof readEvidence>> = await readEvidence(window, question, { after, limit: PAGE_ITEMS });
      items.push(...page.items);
      after = page.next;
    } while (after !== null);
    return items;
  }
}

/** An alert as it had counted when a later one fired. */
function asOf(earlier: AlertOpened, later: AlertOpened): AlertOpened {
  if (earlier.basis === undefined || later.basis === undefined || later.sequence <= earlier.sequence) return earlier;
  const { itemIndex: _, ...basis } = earlier.basis;
  const { windowEndMs, itemIndex } = later.basis;
  return { ...earlier, sequence: later.sequence, basis: { ...basis, windowEndMs: Math.max(basis.windowEndMs, windowEndMs), ...(itemIndex === undefined ? {} : { itemIndex }) } };
}
