import { filter, firstValueFrom, take, toArray } from 'rxjs';
import type { Subscription } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Bus, Delivery } from '../ports.ts';
import { SUBJECTS } from '../subjects.ts';
import { describeKeptLog } from './log.contract.ts';
import type { BusScene } from './scene.contract.ts';
import { describeSnapshots } from './snapshots.contract.ts';
import { describeTalk } from './talk.contract.ts';
import { codeOf, text } from './test-tools.ts';
import { describeWorkQueue } from './work-queue.contract.ts';

export interface BusUnderTest {
  bus: Bus;
  stop(): Promise<void>;
}

/** What every bus does; run against the in-memory double and a real nats-server. */
export function describeBus(name: string, start: () => Promise<BusUnderTest>): void {
  describe(name, () => {
    let under: BusUnderTest;
    let subscriptions: Subscription[] = [];
    const scene: BusScene = {
      get bus() {
        return under.bus;
      },
      keep: (subscription) => void subscriptions.push(subscription),
      unsubscribeAll() {
        for (const subscription of subscriptions) subscription.unsubscribe();
        subscriptions = [];
      },
      collect(source, handle = (delivery) => delivery.ack()) {
        const got: Delivery[] = [];
        scene.keep(source.subscribe((delivery) => {
          got.push(delivery);
          handle(delivery);
        }));
        return got;
      },
    };

    beforeAll(async () => {
      under = await start();
    }, 60_000);
    afterEach(() => scene.unsubscribeAll());
    afterAll(() => under.stop());

    describeKeptLog(scene);
    describeWorkQueue(scene);
    describeTalk(scene);
    describeSnapshots(scene);

    it('closes: the state says so and everything is refused, with nothing left hanging', async () => {
      const states = firstValueFrom(scene.bus.state().pipe(filter((state, index) => index > 0 || state !== 'reconnecting'), take(2), toArray()));
      await scene.bus.close(2_000);
      await scene.bus.close(2_000);
      expect(await states).toEqual(['connected', 'closed']);
      expect(await codeOf(scene.bus.log('scored').append(text('x'), 'closed'))).toBe('log_unavailable');
      expect(await codeOf(scene.bus.log('scored').last())).toBe('log_unavailable');
      expect(await codeOf(scene.bus.keyValue('rules').entries())).toBe('log_unavailable');
      expect(await codeOf(scene.bus.snapshots().list())).toBe('log_unavailable');
      expect(await codeOf(scene.bus.request('tocsin.test.closed', text('x'), 100))).toBe('log_unavailable');
      scene.bus.publish(SUBJECTS.liveCounts, text('x'));
    });
  });
}
