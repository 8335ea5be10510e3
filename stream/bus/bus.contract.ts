import { filter, firstValueFrom, take, toArray } from 'rxjs';
import type { Subscription } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Bus, Delivery, Log } from '../ports.ts';
import { SUBJECTS } from '../subjects.ts';
import { poll } from './poll.ts';

export interface BusUnderTest {
  bus: Bus;
  stop(): Promise<void>;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

const TIMEOUT_MS = 10_000;

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function read(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Waits until the condition holds; fails with its name when it does not within the limit. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const held = await poll(async () => ((await condition()) ? true : undefined), { everyMs: 5, timeoutMs: TIMEOUT_MS });
  if (held === undefined) throw new Error(`not within ${TIMEOUT_MS} ms: ${what}`);
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(() => 'resolved', (error: unknown) => (error instanceof TocsinError ? error.code : `not a TocsinError: ${String(error)}`));
}

/** Gives time to anything that would wrongly still arrive. */
async function settle(log: Log): Promise<void> {
  for (let round = 0; round < 3; round++) await log.last();
}

/** What every bus does; run against the in-memory double and a real nats-server. */
export function describeBus(name: string, start: () => Promise<BusUnderTest>): void {
  describe(name, () => {
    let under: BusUnderTest;
    let bus: Bus;
    let subscriptions: Subscription[] = [];

    beforeAll(async () => {
      under = await start();
      ({ bus } = under);
    }, 60_000);
    afterEach(() => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      subscriptions = [];
    });
    afterAll(() => under.stop());

    function collect(source: ReturnType<Log['read']>, handle: (delivery: Delivery) => void = (delivery) => delivery.ack()): Delivery[] {
      const got: Delivery[] = [];
      subscriptions.push(source.subscribe((delivery) => {
        got.push(delivery);
        handle(delivery);
      }));
      return got;
    }

    describe('a kept log', () => {
      it('answers null for its newest entry while it is empty', async () => {
        expect(await bus.log('dead').last()).toBeNull();
        expect(await bus.log('dead').info()).toMatchObject({ entries: 0, bytes: 0, oldestAtMs: null, lastSequence: 0 });
      });

      it('numbers entries from 1 without a gap and gives each its time', async () => {
        const before = Date.now();
        const log = bus.log('scored');
        const appended = await Promise.all(Array.from({ length: 50 }, (_, index) => log.append(text(`entry ${index + 1}`), `number-${index}`)));
        expect(appended.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
        expect(appended.every(({ duplicate }) => !duplicate)).toBe(true);
        const got = collect(log.read(1, 10));
        await eventually('50 entries', () => got.length === 50);
        expect(got.map(({ entry }) => read(entry.value))).toEqual(Array.from({ length: 50 }, (_, index) => `entry ${index + 1}`));
        expect(got.map(({ entry }) => entry.sequence)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
        for (const { entry, redeliveries } of got) {
          expect(redeliveries).toBe(0);
          expect(entry.timeMs).toBeGreaterThanOrEqual(before);
          expect(entry.timeMs).toBeLessThanOrEqual(Date.now());
          expect(Number.isInteger(entry.timeMs)).toBe(true);
        }
      });

      it('appends the same message id once and answers the first sequence', async () => {
        const log = bus.log('scored');
        const first = await log.append(text('once'), 'same-id');
        const again = await log.append(text('twice'), 'same-id');
        expect(again).toEqual({ sequence: first.sequence, duplicate: true });
        expect(read((await log.last())?.value ?? new Uint8Array())).toBe('once');
      });

      it('is read from the middle, and on into what is appended later', async () => {
        const log = bus.log('alerts');
        for (const word of ['a', 'b', 'c', 'd']) await log.append(text(word), `middle-${word}`);
        const got = collect(log.read(3, 5));
        await eventually('c and d', () => got.length === 2);
        await log.append(text('e'), 'middle-e');
        await eventually('e', () => got.length === 3);
        expect(got.map(({ entry }) => [entry.sequence, read(entry.value)])).toEqual([[3, 'c'], [4, 'd'], [5, 'e']]);
      });

      it('hands a reader that starts beyond the end only what it asked for', async () => {
        const log = bus.log('alerts');
        const next = ((await log.last())?.sequence ?? 0) + 1;
        const got = collect(log.read(next + 1, 5));
        await log.append(text('before'), 'beyond-1');
        await log.append(text('wanted'), 'beyond-2');
        await eventually('the wanted entry', () => got.length > 0);
        await settle(log);
        expect(got.map(({ entry }) => entry.sequence)).toEqual([next + 1]);
      });

      it('hands out no more than the credits, and the next one for each that is settled', async () => {
        const log = bus.log('deliveries');
        for (let index = 0; index < 10; index++) await log.append(text(String(index)), `credit-${index}`);
        const got = collect(log.read(1, 3), () => undefined);
        await eventually('three entries', () => got.length === 3);
        await settle(log);
        expect(got.length).toBe(3);
        got[0]?.ack();
        got[0]?.ack();
        await eventually('a fourth', () => got.length === 4);
        await settle(log);
        expect(got.length).toBe(4);
        got[2]?.retry(0);
        await eventually('a fifth', () => got.length === 5);
        expect(got.map(({ entry }) => read(entry.value))).toEqual(['0', '1', '2', '3', '4']);
      });

      it('serves several readers, each from its own place', async () => {
        const log = bus.log('deliveries');
        const early = collect(log.read(1, 100));
        const late = collect(log.read(8, 100));
        await eventually('both at the end', () => early.length === 10 && late.length === 3);
        expect(late.map(({ entry }) => entry.sequence)).toEqual([8, 9, 10]);
      });

      it('hands nothing to a reader that has unsubscribed', async () => {
        const log = bus.log('deliveries');
        const got = collect(log.read(1, 1), () => undefined);
        await eventually('one entry', () => got.length === 1);
        for (const subscription of subscriptions) subscription.unsubscribe();
        got[0]?.ack();
        await settle(log);
        expect(got.length).toBe(1);
      });

      it('keeps every byte, of nothing and of a mebibyte', async () => {
        const log = bus.log('dead');
        const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index);
        const large = Uint8Array.from({ length: 1024 ** 2 }, (_, index) => (index * 31) % 256);
        const sent = [new Uint8Array(), allBytes, large, text('+OK\r\nMSG x 1 3\r\n\0')];
        for (const [index, bytes] of sent.entries()) await log.append(bytes, `bytes-${index}`);
        const got = collect(log.read(1, 10));
        await eventually('all entries', () => got.length === sent.length);
        for (const [index, bytes] of sent.entries()) expect(Buffer.compare(got[index]?.entry.value ?? text('?'), bytes)).toBe(0);
        expect(Buffer.compare((await log.last())?.value ?? text('?'), sent.at(-1) ?? text('!'))).toBe(0);
      });

      it('says how much it holds', async () => {
        const log = bus.log('dead');
        const info = await log.info();
        expect(info).toMatchObject({ entries: 4, lastSequence: 4 });
        expect(info.bytes).toBeGreaterThan(1024 ** 2);
        expect(info.oldestAtMs).toBeLessThanOrEqual(Date.now());
        expect(info.identity).toMatch(/^[0-9A-Za-z-]+$/);
        expect((await log.info()).identity).toBe(info.identity);
      });
    });

    describe('a work queue', () => {
      const raw = (): Log => bus.log('raw');

      it('hands out each entry and forgets it once acknowledged', async () => {
        for (const word of ['a', 'b', 'c']) await raw().append(text(word), `work-${word}`);
        const got = collect(raw().work('scorer', 10));
        await eventually('three entries', () => got.length === 3);
        expect(got.map(({ entry }) => read(entry.value))).toEqual(['a', 'b', 'c']);
        await eventually('an empty log', async () => (await raw().last()) === null);
        expect(await raw().info()).toMatchObject({ entries: 0, oldestAtMs: null, lastSequence: 3 });
      });

      it('cannot be read from a sequence', () => {
        expect(() => raw().read(1, 1)).toThrow(/work queue/);
      });

      it('hands out no more than the credits', async () => {
        for (let index = 0; index < 6; index++) await raw().append(text(String(index)), `work-credit-${index}`);
        const got = collect(raw().work('scorer', 2), () => undefined);
        await eventually('two entries', () => got.length === 2);
        await settle(raw());
        expect(got.length).toBe(2);
        got[1]?.ack();
        await eventually('a third', () => got.length === 3);
        await settle(raw());
        expect(got.length).toBe(3);
        for (let index = 0; index < 6; index++) {
          await eventually(`entry ${index}`, () => got.length > index);
          got[index]?.ack();
        }
        await eventually('an empty log', async () => (await raw().last()) === null);
      });

      it('hands an entry out again after the delay that its worker asks for, and counts it', async () => {
        await raw().append(text('stubborn'), 'stubborn');
        const startedAt = performance.now();
        const got = collect(raw().work('scorer', 10), (delivery) => {
          if (delivery.redeliveries < 2) delivery.retry(100);
          else delivery.ack();
        });
        await eventually('three hand-outs', () => got.length === 3);
        expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190);
        expect(got.map(({ redeliveries }) => redeliveries)).toEqual([0, 1, 2]);
        expect(new Set(got.map(({ entry }) => entry.sequence)).size).toBe(1);
        await eventually('an empty log', async () => (await raw().last()) === null);
      });

      it('goes on with other entries while one waits for its retry', async () => {
        await raw().append(text('slow'), 'retry-slow');
        await raw().append(text('quick'), 'retry-quick');
        const order: string[] = [];
        collect(raw().work('scorer', 1), (delivery) => {
          order.push(read(delivery.entry.value));
          if (delivery.redeliveries === 0 && read(delivery.entry.value) === 'slow') delivery.retry(50);
          else delivery.ack();
        });
        await eventually('all three hand-outs', () => order.length === 3);
        expect(order).toEqual(['slow', 'quick', 'slow']);
      });

      it('is shared by its workers: each entry goes to one of them', async () => {
        const held: Delivery[] = [];
        const one = collect(raw().work('scorer', 5), (delivery) => held.push(delivery));
        const two = collect(raw().work('scorer', 5), (delivery) => held.push(delivery));
        const total = 40;
        for (let index = 0; index < total; index++) await raw().append(text(String(index)), `shared-${index}`);
        let done = 0;
        await eventually('all entries', () => {
          for (const delivery of held.splice(0)) {
            delivery.ack();
            done += 1;
          }
          return done === total;
        });
        const seen = [...one, ...two].map(({ entry }) => Number(read(entry.value))).sort((a, b) => a - b);
        expect(seen).toEqual(Array.from({ length: total }, (_, index) => index));
        expect(one.length).toBeGreaterThan(0);
        expect(two.length).toBeGreaterThan(0);
      });

      it('gives what a worker leaves unsettled to the next one at once', async () => {
        await raw().append(text('orphan'), 'orphan');
        const left = collect(raw().work('scorer', 5), () => undefined);
        await eventually('a hand-out', () => left.length === 1);
        for (const subscription of subscriptions) subscription.unsubscribe();
        const taken = collect(raw().work('scorer', 5));
        await eventually('a second hand-out', () => taken.length === 1);
        expect(taken[0]?.redeliveries).toBe(1);
        await eventually('an empty log', async () => (await raw().last()) === null);
      });

      it('on a kept log goes through everything once for each name, and the log keeps its entries', async () => {
        const log = bus.log('deliveries');
        const sink = collect(log.work('sink', 4));
        const audit = collect(log.work('audit', 4));
        await eventually('both queues through', () => sink.length === 10 && audit.length === 10);
        expect(sink.map(({ entry }) => entry.sequence)).toEqual(audit.map(({ entry }) => entry.sequence));
        expect((await log.info()).entries).toBe(10);
      });
    });

    describe('questions', () => {
      const ask = (subject: string, body = 'x', timeoutMs = 2_000): Promise<Uint8Array> => bus.request(subject, text(body), timeoutMs);

      it('are answered', async () => {
        const stop = bus.respond('tocsin.test.echo', async (body, subject) => text(`${subject}: ${read(body)}`));
        expect(read(await ask('tocsin.test.echo', '你好'))).toBe('tocsin.test.echo: 你好');
        stop();
      });

      it('are shared by the answerers of one subject', async () => {
        const asked = [0, 0];
        const stops = asked.map((_, index) => bus.respond('tocsin.test.shared', async () => {
          asked[index] = (asked[index] ?? 0) + 1;
          return text('ok');
        }));
        for (let index = 0; index < 40; index++) await ask('tocsin.test.shared');
        expect(asked[0]).toBeGreaterThan(0);
        expect(asked[1]).toBeGreaterThan(0);
        expect((asked[0] ?? 0) + (asked[1] ?? 0)).toBe(40);
        for (const stop of stops) stop();
      });

      it('bring the error that the answerer threw: code, sentence and whether to try again', async () => {
        const stop = bus.respond('tocsin.test.refuse', async () => {
          throw new TocsinError('invalid_request', '窗口 must be kept: 24h', { retryable: true });
        });
        const error = await ask('tocsin.test.refuse').catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(TocsinError);
        expect(error).toMatchObject({ code: 'invalid_request', message: '窗口 must be kept: 24h', retryable: true });
        stop();
      });

      it('tell nothing of what a foreign error says', async () => {
        const stop = bus.respond('tocsin.test.break', () => {
          throw new Error('the password is hunter2');
        });
        const error = await ask('tocsin.test.break').catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: 'internal', retryable: false });
        expect(String(error)).not.toContain('hunter2');
        stop();
      });

      it('that nobody answers end in the code of who is missing', async () => {
        expect(await codeOf(ask(SUBJECTS.score))).toBe('scorer_unavailable');
        expect(await codeOf(ask(SUBJECTS.counts))).toBe('counter_unavailable');
        expect(await codeOf(ask('tocsin.test.nobody'))).toBe('log_unavailable');
      });

      it('end at their time limit', async () => {
        const stop = bus.respond(SUBJECTS.score, () => new Promise(() => undefined));
        expect(await codeOf(ask(SUBJECTS.score, 'x', 50))).toBe('scorer_unavailable');
        stop();
      });

      it('are no longer answered by one who has stopped', async () => {
        const stop = bus.respond(SUBJECTS.counts, async () => text('x'));
        await ask(SUBJECTS.counts);
        stop();
        expect(await codeOf(ask(SUBJECTS.counts))).toBe('counter_unavailable');
      });
    });

    describe('fan-out', () => {
      it('reaches everybody who listens, and those who listen to a pattern', async () => {
        const heard: string[] = [];
        subscriptions.push(bus.subscribe('tocsin.live.*').subscribe((body) => heard.push(`pattern ${read(body)}`)));
        subscriptions.push(bus.subscribe(SUBJECTS.liveCounts).subscribe((body) => heard.push(`counts ${read(body)}`)));
        await eventually('both listeners', () => {
          bus.publish(SUBJECTS.liveCounts, text('1'));
          return heard.includes('pattern 1') && heard.includes('counts 1');
        });
      });

      it('does not reach one who listens to something else or has stopped', async () => {
        const wrong: string[] = [];
        const right: string[] = [];
        subscriptions.push(bus.subscribe(SUBJECTS.liveFeedback).subscribe((body) => wrong.push(read(body))));
        const stopped = bus.subscribe(SUBJECTS.liveCounts).subscribe((body) => wrong.push(read(body)));
        stopped.unsubscribe();
        subscriptions.push(bus.subscribe(SUBJECTS.liveCounts).subscribe((body) => right.push(read(body))));
        await eventually('the listener', () => {
          bus.publish(SUBJECTS.liveCounts, text('2'));
          return right.length > 0;
        });
        expect(wrong).toEqual([]);
      });
    });

    describe('key-value', () => {
      it('keeps the last value of each key until it is deleted', async () => {
        const store = bus.keyValue('rules');
        expect(await store.entries()).toEqual(new Map());
        await store.put('burst', '{"v":1}');
        await store.put('burst', '{"v":2}');
        await store.put('other.rule', '中文');
        expect(await store.entries()).toEqual(new Map([['burst', '{"v":2}'], ['other.rule', '中文']]));
        await store.delete('burst');
        await store.delete('never-there');
        expect(await store.entries()).toEqual(new Map([['other.rule', '中文']]));
      });

      it('tells at once and after each change', async () => {
        const store = bus.keyValue('rules');
        let told = 0;
        subscriptions.push(store.changes().subscribe(() => { told += 1; }));
        await eventually('the first word', () => told === 1);
        await store.put('told', 'x');
        await eventually('the put', () => told === 2);
        await store.delete('told');
        await eventually('the deletion', () => told === 3);
      });

      it.each(['', 'with space', 'a*', 'a>', '.dot', 'dot.', '中文', 'x'.repeat(201)])('refuses the key "%s"', async (key) => {
        expect(await codeOf(bus.keyValue('rules').put(key, 'x'))).toBe('invalid_request');
        expect(await codeOf(bus.keyValue('rules').delete(key))).toBe('invalid_request');
      });
    });

    it('closes: the state says so and everything is refused, with nothing left hanging', async () => {
      const states = firstValueFrom(bus.state().pipe(filter((state, index) => index > 0 || state !== 'reconnecting'), take(2), toArray()));
      await bus.close(2_000);
      await bus.close(2_000);
      expect(await states).toEqual(['connected', 'closed']);
      expect(await codeOf(bus.log('scored').append(text('x'), 'closed'))).toBe('log_unavailable');
      expect(await codeOf(bus.log('scored').last())).toBe('log_unavailable');
      expect(await codeOf(bus.keyValue('rules').entries())).toBe('log_unavailable');
      expect(await codeOf(bus.request('tocsin.test.closed', text('x'), 100))).toBe('log_unavailable');
      bus.publish(SUBJECTS.liveCounts, text('x'));
    });
  });
}
