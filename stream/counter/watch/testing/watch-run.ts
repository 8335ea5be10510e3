import type { AlertEvent } from '../../../../core/alert.ts';
import type { ScoredItem } from '../../../../core/frame.ts';
import type { Rule } from '../../../../core/rule.ts';
import type { CounterConfig } from '../../config.ts';
import type { CounterNotice } from '../../notice.ts';
import { createState } from '../../state.ts';
import type { CounterState } from '../../state.ts';
import { step } from '../../step.ts';
import { LogScript, START_MS, makeItem } from '../../testing/entries.ts';

/** A counter with some rules, its log, and what it told. */
export class WatchRun {
  readonly log = new LogScript();
  readonly events: AlertEvent[] = [];
  readonly notices: CounterNotice[] = [];
  state: CounterState;

  constructor(rules: Rule[], { startMs = START_MS, ...config }: Partial<CounterConfig> & { startMs?: number } = {}) {
    this.state = createState({ awayAfterMs: Infinity, boards: 'none', ...config });
    this.#take(this.log.rules(startMs, rules));
  }

  rules(timeMs: number, rules: Rule[]): void {
    this.#take(this.log.rules(timeMs, rules));
  }

  tick(timeMs: number): void {
    this.#take(this.log.tick(timeMs));
  }

  item(timeMs: number, over: Parameters<typeof makeItem>[0] = {}): void {
    this.items(timeMs, [makeItem({ createdAtMs: timeMs, ...over })]);
  }

  items(timeMs: number, items: ScoredItem[]): void {
    this.#take(this.log.frame(timeMs, items));
  }

  /** So many items, one each `everyMs`. */
  many(count: number, fromMs: number, everyMs: number, over: Parameters<typeof makeItem>[0] = {}): void {
    for (let index = 0; index < count; index++) this.item(fromMs + index * everyMs, over);
  }

  told(): string[] {
    return this.events.map((event) => `${event.kind} ${event.count}`);
  }

  #take(entry: Parameters<typeof step>[1]): void {
    const { events, notices } = step(this.state, entry);
    this.events.push(...events);
    this.notices.push(...notices);
  }
}
