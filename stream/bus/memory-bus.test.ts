import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { Delivery } from '../ports.ts';
import { describeBus } from './bus.contract.ts';
import { codeOf, eventually, read, systemClock, text } from './test-tools.ts';
import { MemoryBus } from './memory-bus.ts';

describeBus('the in-memory bus', async () => {
  const bus = new MemoryBus({ clock: systemClock });
  return { bus, stop: () => bus.close() };
});

describe('faults at command', () => {
  const make = (): MemoryBus => new MemoryBus({ clock: { nowMs: () => 1_000 } });

  it('an append that is refused appends nothing', async () => {
    const bus = make();
    bus.faults.rejectAppends('raw', 1);
    bus.faults.rejectAppends('raw', 1, new TocsinError('overloaded', 'full'));
    expect(await codeOf(bus.log('raw').append(text('a'), 'a'))).toBe('log_unavailable');
    expect(await codeOf(bus.log('raw').append(text('a'), 'a'))).toBe('overloaded');
    expect(await bus.log('raw').last()).toBeNull();
    expect(await bus.log('raw').append(text('a'), 'a')).toEqual({ sequence: 1, duplicate: false });
  });

  it('an append whose acknowledgement is lost is there, and a second attempt is its duplicate', async () => {
    const bus = make();
    bus.faults.loseAppendAcks('raw', 1);
    expect(await codeOf(bus.log('raw').append(text('a'), 'a'))).toBe('log_unavailable');
    expect(await bus.log('raw').append(text('a'), 'a')).toEqual({ sequence: 1, duplicate: true });
  });

  it('a redelivery hands out what is not settled, and a late acknowledgement still counts', async () => {
    const bus = make();
    const got: Delivery[] = [];
    bus.log('raw').work('scorer', 2).subscribe((delivery) => got.push(delivery));
    await bus.log('raw').append(text('a'), 'a');
    await eventually('a hand-out', () => got.length === 1);
    bus.faults.redeliver('raw');
    await eventually('a second one', () => got.length === 2);
    expect(got[1]?.redeliveries).toBe(1);
    got[0]?.ack();
    expect(await bus.log('raw').last()).toBeNull();
  });

  it('while disconnected nothing is taken or handed out; afterwards reading goes on', async () => {
    const bus = make();
    const got: string[] = [];
    const states: string[] = [];
    bus.state().subscribe((state) => states.push(state));
    bus.log('scored').read(1, 1).subscribe((delivery) => {
      got.push(read(delivery.entry.value));
      if (got.length === 1) bus.faults.disconnect();
      delivery.ack();
    });
    await bus.log('scored').append(text('a'), 'a');
    await bus.log('scored').append(text('b'), 'b').catch(() => undefined);
    await eventually('the cut', () => states.at(-1) === 'reconnecting');
    expect(await codeOf(bus.log('scored').append(text('c'), 'c'))).toBe('log_unavailable');
    expect(got).toEqual(['a']);
    bus.faults.reconnect();
    await bus.log('scored').append(text('c'), 'c');
    await eventually('the rest', () => got.at(-1) === 'c');
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
  });

  it('a reader meets a gap where entries were removed', async () => {
    const bus = make();
    for (const word of ['a', 'b', 'c']) await bus.log('scored').append(text(word), word);
    bus.faults.purge('scored', 3);
    const got: number[] = [];
    bus.log('scored').read(1, 1).subscribe((delivery) => {
      got.push(delivery.entry.sequence);
      delivery.ack();
    });
    await eventually('the entry after the gap', () => got.length > 0);
    expect(got).toEqual([3]);
  });

  it('a full log refuses and keeps what it has', async () => {
    const bus = new MemoryBus({ clock: systemClock, logBytesMax: 10 });
    await bus.log('scored').append(new Uint8Array(8), 'a');
    expect(await codeOf(bus.log('scored').append(new Uint8Array(8), 'b'))).toBe('overloaded');
    expect((await bus.log('scored').info()).entries).toBe(1);
  });

  it('a message id is forgotten after the deduplication window', async () => {
    let nowMs = 0;
    const bus = new MemoryBus({ clock: { nowMs: () => nowMs } });
    await bus.log('scored').append(text('a'), 'a');
    nowMs = 120_000;
    expect(await bus.log('scored').append(text('a'), 'a')).toEqual({ sequence: 2, duplicate: false });
  });
});
