import { Subject, filter, groupBy, map, mergeMap, scan } from 'rxjs';
import type { Subscription } from 'rxjs';
import { runIfMain } from './measure.ts';
import type { NodePeer } from './measure.ts';
import { RULE } from './rule.ts';
import type { Fire, WindowEvent } from './rule.ts';

interface KeyWindow {
  key: string;
  times: number[];
  newestMs: number;
  state: 'armed' | 'fired-now' | 'fired';
}

const EMPTY: KeyWindow = { key: '', times: [], newestMs: 0, state: 'armed' };

/** The rule in RxJS alone: a group for each key, and in it a scan that makes a new array of the window's times at every event. */
export class RxjsPeer implements NodePeer<WindowEvent[]> {
  readonly chunkEvents = 6_400;
  readonly #events = new Subject<WindowEvent>();
  readonly #fires: Fire[] = [];
  #subscription: Subscription | null = null;

  async start(): Promise<void> {
    this.#subscription ??= this.#events
      .pipe(
        groupBy(({ key }) => key),
        mergeMap((group) => group.pipe(scan(slide, EMPTY))),
        filter(({ state }) => state === 'fired-now'),
        map(({ key, newestMs }): Fire => ({ key, timeMs: newestMs })),
      )
      .subscribe((fire) => this.#fires.push(fire));
  }

  prepare(events: WindowEvent[]): WindowEvent[] {
    return events;
  }

  take(events: WindowEvent[]): void {
    for (const event of events) this.#events.next(event);
  }

  async otherCpuUs(): Promise<number> {
    return 0;
  }

  fires(): Fire[] {
    return this.#fires;
  }

  async stop(): Promise<void> {
    this.#subscription?.unsubscribe();
  }
}

function slide(before: KeyWindow, { key, timeMs }: WindowEvent): KeyWindow {
  const newestMs = Math.max(before.newestMs, timeMs);
  const held = before.times.filter((time) => time > newestMs - RULE.windowMs);
  const times = [...held, timeMs];
  const isArmed = before.state === 'armed' || held.length < RULE.rearmBelow;
  if (!isArmed) return { key, times, newestMs, state: 'fired' };
  return { key, times, newestMs, state: times.length >= RULE.fireAt ? 'fired-now' : 'armed' };
}

await runIfMain(import.meta.url, () => new RxjsPeer());
