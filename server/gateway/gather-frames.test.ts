import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { decodeRawFrame, encodeItem } from '../../stream/frames/raw-frame.ts';
import type { AppendLog, Appended } from '../../stream/ports.ts';
import { FrameGatherer, type GatherLimits } from './gather-frames.ts';

const away = (): TocsinError => new TocsinError('log_unavailable', 'away', { retryable: true });
const line = (id: string, text = 'x'): string => encodeItem({ id, idGiven: true, workspace: 'w', text, channel: 'app', createdAtMs: 1, receivedAtMs: 1 });

/** Appends when told to, and remembers message ids as JetStream does. */
class HeldLog implements AppendLog {
  readonly frames: string[][] = [];
  readonly messageIds: string[] = [];
  readonly #held: { answer: (appended: Appended) => void; fail: (error: unknown) => void; bytes: Uint8Array; messageId: string }[] = [];
  readonly #known = new Set<string>();

  append(bytes: Uint8Array, messageId: string): Promise<Appended> {
    this.messageIds.push(messageId);
    return new Promise((answer, fail) => this.#held.push({ answer, fail, bytes, messageId }));
  }

  get held(): number {
    return this.#held.length;
  }

  acknowledge(): void {
    const next = this.#held.shift();
    if (next === undefined) throw new Error('nothing is held');
    next.answer({ sequence: this.#store(next), duplicate: false });
  }

  /** `stored`: the entry was written and only its acknowledgement is lost. */
  refuse(error: unknown, stored: 'stored' | 'lost' = 'lost'): void {
    const next = this.#held.shift();
    if (next === undefined) throw new Error('nothing is held');
    if (stored === 'stored') this.#store(next);
    next.fail(error);
  }

  #store({ bytes, messageId }: { bytes: Uint8Array; messageId: string }): number {
    if (!this.#known.has(messageId)) this.frames.push(decodeRawFrame(bytes).items.map((item) => item.id));
    this.#known.add(messageId);
    return this.frames.length;
  }
}

function gatherer(log: AppendLog, limits: Partial<GatherLimits> = {}): FrameGatherer {
  let made = 0;
  return new FrameGatherer({ log, clock: { nowMs: () => Date.now() }, telemetry: () => undefined, makeMessageId: () => `m${(made += 1)}`, limits });
}

const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('gathering frames', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('puts what arrives in one turn into one frame, and answers when it is on disk', async () => {
    const log = new HeldLog();
    const frames = gatherer(log);
    const done: string[] = [];
    void frames.add([line('a'), line('b')]).then(() => done.push('first'));
    void frames.add([line('c')]).then(() => done.push('second'));
    await turn();
    expect(log.held).toBe(1);
    expect(done).toEqual([]);
    log.acknowledge();
    await turn();
    expect(log.frames).toEqual([['a', 'b', 'c']]);
    expect(done).toEqual(['first', 'second']);
    expect(frames.itemsWaiting).toBe(0);
  });

  it('lets items wait for company while a frame is on its way, and no longer than the linger', async () => {
    const log = new HeldLog();
    const frames = gatherer(log, { lingerMs: 2 });
    void frames.add([line('a')]);
    await turn();
    void frames.add([line('b')]);
    await vi.advanceTimersByTimeAsync(1);
    void frames.add([line('c')]);
    expect(log.held).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(log.held).toBe(2);
    log.acknowledge();
    log.acknowledge();
    expect(log.frames).toEqual([['a'], ['b', 'c']]);
  });

  it('sends what waits at once when the last frame on its way has arrived', async () => {
    const log = new HeldLog();
    const frames = gatherer(log, { lingerMs: 1_000 });
    void frames.add([line('a')]);
    await turn();
    void frames.add([line('b')]);
    log.acknowledge();
    await turn();
    expect(log.held).toBe(1);
  });

  it('waits for one of several frames on their way rather than for the linger', async () => {
    const log = new HeldLog();
    const frames = gatherer(log, { lingerMs: 2, busyLingerMs: 20, framesBusyMin: 2 });
    void frames.add([line('a')]);
    await turn();
    void frames.add([line('b')]);
    await vi.advanceTimersByTimeAsync(2);
    expect(log.held).toBe(2);
    void frames.add([line('c')]);
    await vi.advanceTimersByTimeAsync(10);
    void frames.add([line('d')]);
    expect(log.held).toBe(2);
    log.acknowledge();
    await turn();
    expect(log.held).toBe(2);
    log.acknowledge();
    log.acknowledge();
    expect(log.frames).toEqual([['a'], ['b'], ['c', 'd']]);
  });

  it('waits for a log that does not answer no longer than the busy linger', async () => {
    const log = new HeldLog();
    const frames = gatherer(log, { lingerMs: 2, busyLingerMs: 20, framesBusyMin: 2 });
    for (const id of ['a', 'b', 'c']) {
      void frames.add([line(id)]);
      await vi.advanceTimersByTimeAsync(2);
    }
    expect(log.held).toBe(2);
    await vi.advanceTimersByTimeAsync(20);
    expect(log.held).toBe(3);
  });

  it('cuts by items and keeps their order, and answers a request when its last frame is on disk', async () => {
    const log = new HeldLog();
    const frames = gatherer(log, { frameItemsMax: 2 });
    let done = false;
    void frames.add(['a', 'b', 'c', 'd', 'e'].map((id) => line(id))).then(() => (done = true));
    await turn();
    log.acknowledge();
    log.acknowledge();
    await turn();
    expect(done).toBe(false);
    log.acknowledge();
    await turn();
    expect(done).toBe(true);
    expect(log.frames).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('cuts by bytes, and lets one large item through alone', async () => {
    const log = new HeldLog();
    const frames = gatherer(log, { frameBytesMax: 300 });
    void frames.add([line('a'), line('b'), line('large', 'x'.repeat(1_000)), line('c')]);
    await turn();
    while (log.held > 0) {
      log.acknowledge();
      await turn();
    }
    expect(log.frames).toEqual([['a', 'b'], ['large'], ['c']]);
  });

  it('has no more frames on their way than it may', async () => {
    const log = new HeldLog();
    const frames = gatherer(log, { frameItemsMax: 1, framesInFlightMax: 3 });
    void frames.add(Array.from({ length: 10 }, (_, index) => line(String(index))));
    await vi.advanceTimersByTimeAsync(100);
    expect(log.held).toBe(3);
    log.acknowledge();
    await turn();
    expect(log.held).toBe(3);
  });

  it('tries again under the same message id, so that a lost acknowledgement writes nothing twice', async () => {
    const log = new HeldLog();
    const frames = gatherer(log);
    let done = false;
    void frames.add([line('a')]).then(() => (done = true));
    await turn();
    log.refuse(away(), 'stored');
    await vi.advanceTimersByTimeAsync(50);
    log.acknowledge();
    await turn();
    expect(done).toBe(true);
    expect(log.messageIds).toEqual(['m1', 'm1']);
    expect(log.frames).toEqual([['a']]);
  });

  it('gives up after its time although the clock is set back by an hour meanwhile', async () => {
    let setBackMs = 0;
    const append = vi.fn(() => Promise.reject(away()));
    const frames = new FrameGatherer({ log: { append }, clock: { nowMs: () => Date.now() - setBackMs }, telemetry: () => undefined, makeMessageId: () => 'm', limits: { retryForMs: 1_000, retryDelayMs: 100 } });
    const refused = expect(frames.add([line('a')])).rejects.toMatchObject({ code: 'log_unavailable' });
    await turn();
    setBackMs = 3_600_000;
    await vi.advanceTimersByTimeAsync(1_000);
    await refused;
    expect(append).toHaveBeenCalledTimes(4);
  });

  it('gives up after its time with log_unavailable, leaves the rest of that request, and goes on with others', async () => {
    const log = new HeldLog();
    const frames = gatherer(log, { frameItemsMax: 1, framesInFlightMax: 1, retryForMs: 120, retryDelayMs: 50 });
    const refused = expect(frames.add([line('a'), line('b')])).rejects.toMatchObject({ code: 'log_unavailable', retryable: true, status: 503 });
    await turn();
    log.refuse(away());
    await vi.advanceTimersByTimeAsync(50);
    log.refuse(away());
    await refused;
    expect(frames.itemsWaiting).toBe(0);
    const after = frames.add([line('c')]);
    await turn();
    log.acknowledge();
    await after;
    expect(log.frames).toEqual([['c']]);
  });

  it.each([
    ['a full log', new TocsinError('overloaded', 'full', { retryable: true }), 'overloaded'],
    ['an error that is no TocsinError', new Error('odd'), 'log_unavailable'],
    ['an error that time does not heal', new TocsinError('log_unavailable', 'gone'), 'log_unavailable'],
  ])('answers %s at once', async (_name, error, code) => {
    const log = new HeldLog();
    const refused = expect(gatherer(log).add([line('a')])).rejects.toMatchObject({ code });
    await turn();
    log.refuse(error);
    await refused;
    expect(log.held).toBe(0);
  });

  it.each([
    ['items', { itemsWaitingMax: 2 }],
    ['bytes', { bytesWaitingMax: 250 }],
  ])('refuses with overloaded what is over its limit of %s, and takes nothing of it', async (_name, limits) => {
    const log = new HeldLog();
    const frames = gatherer(log, limits);
    const first = frames.add([line('a'), line('b')]);
    await expect(frames.add([line('c')])).rejects.toMatchObject({ code: 'overloaded', status: 429 });
    await turn();
    log.acknowledge();
    await first;
    expect(log.frames).toEqual([['a', 'b']]);
    const later = frames.add([line('d')]);
    await turn();
    log.acknowledge();
    await later;
  });

  it('is drained when nothing waits any more, and says when its time is over', async () => {
    const log = new HeldLog();
    const frames = gatherer(log);
    expect(await frames.drained(0)).toBe(true);
    void frames.add([line('a')]);
    await turn();
    const late = frames.drained(10);
    await vi.advanceTimersByTimeAsync(10);
    expect(await late).toBe(false);
    const drained = frames.drained(1_000);
    log.acknowledge();
    expect(await drained).toBe(true);
  });

  it('writes each item of an answered request exactly once, whatever the log does', async () => {
    const anyStep = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), items: fc.integer({ min: 1, max: 7 }) }) },
      { weight: 4, arbitrary: fc.constant({ kind: 'acknowledge' as const }) },
      { weight: 1, arbitrary: fc.constantFrom({ kind: 'lose' as const }, { kind: 'loseAck' as const }, { kind: 'fail' as const }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 100 }) }) },
    );
    await fc.assert(fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
      const log = new HeldLog();
      const frames = gatherer(log, { frameItemsMax: 3, framesInFlightMax: 2, retryForMs: 200 });
      const answered: string[] = [];
      let made = 0;
      for (const step of steps) {
        if (step.kind === 'add') {
          const ids = Array.from({ length: step.items }, () => `i${(made += 1)}`);
          void frames.add(ids.map((id) => line(id))).then(() => answered.push(...ids), () => undefined);
        } else if (step.kind === 'wait') {
          await vi.advanceTimersByTimeAsync(step.ms);
        } else if (log.held > 0) {
          if (step.kind === 'acknowledge') log.acknowledge();
          else if (step.kind === 'fail') log.refuse(new TocsinError('log_unavailable', 'gone'));
          else log.refuse(away(), step.kind === 'loseAck' ? 'stored' : 'lost');
        }
        await turn();
      }
      while (frames.itemsWaiting > 0) {
        if (log.held > 0) log.acknowledge();
        await vi.advanceTimersByTimeAsync(100);
      }
      const written = log.frames.flat();
      expect(new Set(written).size).toBe(written.length);
      expect(written).toEqual(expect.arrayContaining(answered));
    }), { numRuns: 150 });
  });
});
