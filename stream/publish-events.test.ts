import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../core/alert.ts';
import { MemoryBus } from './bus/memory-bus.ts';
import { incident } from '../alerts/notify/testing/sample-events.ts';
import { decodeJson, encodeJson } from './frames/record.ts';
import { readLog } from '../test/simulation/read-log.ts';
import { EventPublisher } from './publish-events.ts';

const ID_MEMORY_MS = 1_000;

/** A log of alerts that forgets message ids after a second; every wait of the publisher lets ten seconds pass. */
function scene(): { bus: MemoryBus; publisher: EventPublisher; events: AlertEvent[] } {
  let nowMs = 0;
  const bus = new MemoryBus({ clock: { nowMs: () => nowMs }, duplicateWindowMs: ID_MEMORY_MS });
  const timers = {
    after: (_delayMs: number, act: () => void) => {
      nowMs += 10 * ID_MEMORY_MS;
      queueMicrotask(act);
      return () => undefined;
    },
    soon: () => () => undefined,
  };
  return { bus, publisher: new EventPublisher(bus.log('alerts'), () => undefined, timers), events: Object.values(incident(1)) };
}

describe('alert events', () => {
  it('are published once when an acknowledgement is lost and the log has forgotten the message id since', async () => {
    const { bus, publisher, events } = scene();
    await publisher.start();
    bus.faults.loseAppendAcks('alerts', 1);
    await publisher.publish(events);
    expect((await bus.log('alerts').info()).entries).toBe(events.length);
  });

  it('are published once when the log refuses and answers again later', async () => {
    const { bus, publisher, events } = scene();
    await publisher.start();
    bus.faults.rejectAppends('alerts', 3);
    await publisher.publish(events);
    expect((await bus.log('alerts').info()).entries).toBe(events.length);
  });

  it('that stand on the log already are left out by another publisher', async () => {
    const { bus, publisher, events } = scene();
    await publisher.start();
    await publisher.publish(events.slice(0, 2));
    const after = new EventPublisher(bus.log('alerts'), () => undefined);
    await after.start();
    await after.publish(events);
    expect((await bus.log('alerts').info()).entries).toBe(events.length);
  });

  it('that are not of the counter stand beside the others, once, and hide no place', async () => {
    const { bus, publisher, events } = scene();
    await publisher.start();
    await publisher.publish(events.slice(0, 1));
    const { sequence: _sequence, index: _index, ...about } = events[0]!;
    bus.faults.loseAppendAcks('alerts', 1);
    await publisher.publishBeside({ ...about, id: 'beside', alertId: 'beside' });
    await publisher.publish(events.slice(1, 2));
    // One that was on its way when its writer died comes late, under an old place.
    await bus.log('alerts').append(encodeJson('alert', { ...about, id: 'late', alertId: 'late', sequence: 0, index: -1 }), 'late');
    const after = new EventPublisher(bus.log('alerts'), () => undefined);
    await after.start();
    await after.publish(events);
    expect((await readLog(bus, 'alerts')).map(({ value }) => decodeJson('alert', value).id)).toEqual([events[0]!.id, 'beside', events[1]!.id, 'late', ...events.slice(2).map(({ id }) => id)]);
  });
});
