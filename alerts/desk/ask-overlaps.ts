import type { AlertEvent, AlertOpened } from '../../core/alert.ts';
import type { Timers } from '../../core/clock.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import { sleep } from '../../stream/system-timers.ts';
import { evidenceQuestion } from '../evidence/evidence-question.ts';
import { readEvidence, type EvidencePlace, type ReadWindow } from '../evidence/evidence.ts';
import { candidatesFor, pairKey } from '../incidents/decide-inhibition.ts';
import type { DeskInput, DeskState } from '../incidents/desk-state.ts';
import type { JournalEntry } from '../incidents/journal.ts';
import { foldAlert } from '../list/alert-record.ts';
import { LogFollower } from '../list/log-follower.ts';

/** Openings remembered while inhibitions are in force. */
const OPENINGS_MAX = 10_000;
/** Questions that wait for the store. */
const WAITING_MAX = 1_000;
/** The store is a little behind the counter: it is asked again until it has what the alert counted. */
const ATTEMPTS_MAX = 8;
const RETRY_DELAY_MS = 1_000;
const PAGE_ITEMS = 5_000;

export interface AskOverlapsOptions {
  /** Read once when there is an inhibition, for what fires since before this start. */
  alerts: Pick<ReadLog, 'read' | 'last'>;
  window: ReadWindow;
  timers: Timers;
  take(input: DeskInput): void;
  warn(message: string): void;
}

/**
 * Asks the store how many of one alert's items are another one's, where an inhibition of the book would hold if they were
 * the same. The desk itself knows no items; the answer is one of its inputs, so a replay needs no store.
 */
export class OverlapAsker {
  readonly #options: AskOverlapsOptions;
  readonly #openings = new Map<string, AlertOpened>();
  readonly #waiting: [source: AlertOpened, target: AlertOpened][] = [];
  readonly #asked = new Set<string>();
  #isAsking = false;
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
    void this.#askAll();
  }

  /** What opened before this start and still fires may explain what fires from now on. */
  #readPast(): void {
    if (this.#past !== undefined) return;
    const past = new LogFollower({ log: this.#options.alerts, take: ({ value }) => this.#hearBytes(value) });
    this.#past = past;
    past.start().then(() => {
      past.stop();
      if (this.#state !== undefined) this.#look(this.#state);
      return this.#askAll();
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
        this.#waiting.push([source, target]);
      }
    }
  }

  async #askAll(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    for (let pair = this.#waiting.shift(); pair !== undefined && !this.#isStopped; pair = this.#waiting.shift()) await this.#ask(...pair);
    this.#isAsking = false;
  }

  async #ask(source: AlertOpened, target: AlertOpened): Promise<void> {
    // What explains may have fired long ago and have counted on: its items are those up to the target's opening.
    const grown = asOf(source, target);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX && !this.#isStopped; attempt += 1) {
      try {
        const ofTarget = await this.#items(target);
        const ofSource = await this.#items(grown);
        const isComplete = (ofTarget?.size ?? 0) >= target.count && (grown !== source || (ofSource?.size ?? 0) >= source.count);
        if (ofTarget === null || ofSource === null || isComplete || attempt === ATTEMPTS_MAX) {
          const shared = [...(ofTarget ?? [])].filter((place) => ofSource?.has(place)).length;
          return this.#options.take({ kind: 'overlap', sourceAlertId: source.alertId, targetAlertId: target.alertId, shared, ofTarget: Math.max(ofTarget?.size ?? 0, target.count) });
        }
      } catch (error) {
        if (attempt === ATTEMPTS_MAX) this.#options.warn(`Whether ${source.alertId} explains ${target.alertId} could not be asked of the store: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
      }
      await sleep(this.#options.timers, RETRY_DELAY_MS);
    }
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
      let after: EvidencePlace | null = null;
      do {
        const page: Awaited<ReturnType<typeof readEvidence>> = await readEvidence(this.#options.window, answer.question, { after, limit: PAGE_ITEMS });
        for (const { sequence, index } of page.items) places.add(`${sequence}.${index}`);
        after = page.next;
      } while (after !== null);
    }
    return known === 0 ? null : places;
  }
}

/** An alert as it had counted when a later one fired. */
function asOf(earlier: AlertOpened, later: AlertOpened): AlertOpened {
  if (earlier.basis === undefined || later.basis === undefined || later.sequence <= earlier.sequence) return earlier;
  const { itemIndex: _, ...basis } = earlier.basis;
  const { windowEndMs, itemIndex } = later.basis;
  return { ...earlier, sequence: later.sequence, basis: { ...basis, windowEndMs: Math.max(basis.windowEndMs, windowEndMs), ...(itemIndex === undefined ? {} : { itemIndex }) } };
}
