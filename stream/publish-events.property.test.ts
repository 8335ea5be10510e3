import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opened } from '../alerts/notify/testing/sample-events.ts';
import type { AlertEvent } from '../core/alert.ts';
import { readLog } from '../test/simulation/read-log.ts';
import { logUnavailable } from './bus/bus-errors.ts';
import { MemoryBus } from './bus/memory-bus.ts';
import { decodeJson } from './frames/record.ts';
import { EventPublisher, type AlertsLog } from './publish-events.ts';

const ID_MEMORY_MS = 1_000;

/** What becomes of one append: it arrives, it is refused, its acknowledgement is lost, it comes late, or the process dies before it or after it. */
const FATES = ['arrives', 'arrives', 'arrives', 'refused', 'ack-lost', 'late', 'dies-before', 'dies-after'] as const;
type Fate = (typeof FATES)[number];

/** Events of `entries[n]` come of entry n + 1 of the scored log. */
function eventsOf(entries: readonly number[]): AlertEvent[][] {
  return entries.map((count, at) => Array.from({ length: count }, (_, index) => opened({ id: `e-${at + 1}-${index}`, alertId: `a-${at + 1}-${index}`, sequence: at + 1, index })));
}

/** One life of a process: its appends meet their fates, and once it has died nothing that it does has any effect. */
class Life {
  readonly timers = { after: (_delayMs: number, act: () => void) => (this.pass(), queueMicrotask(() => this.isDead || act()), () => undefined), soon: () => () => undefined };
  readonly died: Promise<'died'>;
  isDead = false;
  readonly #bus: MemoryBus;
  readonly #fates: Fate[];
  readonly pass: () => void;
  #die: () => void = () => undefined;

  constructor(bus: MemoryBus, fates: Fate[], pass: () => void) {
    this.#bus = bus;
    this.#fates = fates;
    this.pass = pass;
    this.died = new Promise((resolve) => { this.#die = () => resolve('died'); });
  }

  log(): AlertsLog {
    const log = this.#bus.log('alerts');
    return { last: () => log.last(), info: () => log.info(), read: (from, max) => log.read(from, max), appendAfter: (last, bytes, id) => this.#append(() => log.appendAfter(last, bytes, id)) };
  }

  async #append<T>(append: () => Promise<T>): Promise<T> {
    const fate = this.isDead ? 'dies-before' : this.#fates.shift() ?? 'arrives';
    if (fate === 'dies-before') return await this.#end();
    if (fate === 'refused') throw logUnavailable('alerts');
    // Behind what was sent with it.
    if (fate === 'late') for (let turn = 0; turn < 9; turn += 1) await Promise.resolve();
    const appended = await append();
    if (fate === 'dies-after') return await this.#end();
    if (fate === 'ack-lost') throw logUnavailable('alerts');
    return appended;
  }

  #end(): Promise<never> {
    this.isDead = true;
    this.#die();
    return new Promise(() => undefined);
  }
}

describe('alert events of many entries, sent together', () => {
  it('stand on the log once each and in their order, whatever is refused, lost, late or killed between them', async () => {
    const entries = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 });
    const fates = fc.array(fc.constantFrom<Fate>(...FATES), { maxLength: 60 });
    await fc.assert(fc.asyncProperty(entries, fates, async (counts, given) => {
      let nowMs = 0;
      const bus = new MemoryBus({ clock: { nowMs: () => nowMs }, duplicateWindowMs: ID_MEMORY_MS });
      const byEntry = eventsOf(counts);
      const left = [...given];
      for (let isDone = false; !isDone;) {
        const life = new Life(bus, left, () => { nowMs += 10 * ID_MEMORY_MS; });
        const publisher = new EventPublisher(life.log(), () => undefined, life.timers);
        await publisher.start();
        // As a restart does: everything is counted again, and no entry waits for the one before it.
        const all = Promise.all(byEntry.map((events) => publisher.publish(events)));
        isDone = (await Promise.race([all.then(() => 'done'), life.died])) === 'done';
        nowMs += ID_MEMORY_MS;
      }
      expect((await readLog(bus, 'alerts')).map(({ value }) => decodeJson('alert', value).id)).toEqual(byEntry.flat().map(({ id }) => id));
    }), { numRuns: 300 });
  });

  it('are known as published only when they are durable, and those behind them not sooner', async () => {
    const bus = new MemoryBus({ clock: { nowMs: () => 0 } });
    const publisher = new EventPublisher(bus.log('alerts'), () => undefined);
    await publisher.start();
    const order: string[] = [];
    const [first, second] = eventsOf([3, 2]);
    await Promise.all([first!, second!].map(async (events) => {
      await publisher.publish(events);
      order.push(`${events[0]!.sequence} with ${(await bus.log('alerts').info()).entries >= events.length + (events[0]!.sequence - 1) * 3 ? 'all' : 'fewer'}`);
    }));
    expect(order).toEqual(['1 with all', '2 with all']);
  });
});
