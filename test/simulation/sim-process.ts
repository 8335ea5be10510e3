import { Subject, type Observable } from 'rxjs';
import type { Timers } from '../../core/clock.ts';
import type { Prng } from '../../server/play/prng.ts';
import { TimerScheduler, type VirtualTime } from './virtual-time.ts';

export interface ProcessOptions {
  name: string;
  time: VirtualTime;
  random: Prng;
  /** It dies around its n-th call to the outside; never when absent. */
  diesAtCall?: number | undefined;
  onDeath(why: string): void;
}

/**
 * What one life of a process is: while it lives its timers fire and its calls are answered; after its death nothing in
 * its memory has any further effect, but what it had sent may still arrive.
 */
export class SimProcess {
  readonly timers: Timers;
  readonly scheduler: TimerScheduler;
  readonly #options: ProcessOptions;
  readonly #death = new Subject<void>();
  #isAlive = true;
  #calls = 0;

  constructor(options: ProcessOptions) {
    this.#options = options;
    const { time } = options;
    const ifAlive = (act: () => void) => (): void => {
      if (this.#isAlive) act();
    };
    this.timers = { after: (delayMs, act) => time.after(delayMs, ifAlive(act)), soon: (act) => time.soon(ifAlive(act)) };
    this.scheduler = new TimerScheduler(time, this.timers);
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Emits once, when it dies. */
  get death(): Observable<void> {
    return this.#death;
  }

  die(why: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#death.next();
    this.#options.onDeath(why);
  }

  /** A call to the outside: it travels, has its effect there, and the answer travels back; the process may die around it. */
  call<T>(effect: () => T | Promise<T>, travelMsMax = 3): Promise<T> {
    const { time, random, diesAtCall } = this.#options;
    const fatal = this.#isAlive && ++this.#calls === diesAtCall ? random.pick(['before', 'after'] as const) : null;
    if (fatal === 'before') this.die('killed before a call');
    return new Promise((resolve, reject) => {
      if (!this.#isAlive) return;
      const back = (act: () => void): void => {
        if (fatal === 'after') this.die('killed after a call');
        time.after(random.below(travelMsMax + 1), () => {
          if (this.#isAlive) act();
        });
      };
      time.after(random.below(travelMsMax + 1), () => {
        if (!this.#isAlive && random.chance(0.5)) return;
        Promise.resolve().then(effect).then((value) => back(() => resolve(value)), (error: unknown) => back(() => reject(error as Error)));
      });
    });
  }
}
