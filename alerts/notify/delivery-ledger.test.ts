import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
import { incident, opened, resolved } from './testing/sample-events.ts';

function record(event: AlertEvent, over: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    idempotencyKey: `${event.id}:hook`, alertId: event.alertId, eventId: event.id, eventKind: event.kind,
    channelId: 'hook', channelKind: 'webhook', attempt: 1, outcome: 'delivered', detail: 'HTTP 200', atMs: 1_000, durationMs: 5, ...over,
  };
}
const retrying = (attempt: number, nextAttemptAtMs: number): Partial<DeliveryRecord> => ({ attempt, outcome: 'retrying', nextAttemptAtMs, atMs: attempt * 1_000 });

describe('the ledger', () => {
  it('knows from the records how often a page was tried, since when, and when it is due', () => {
    const ledger = new DeliveryLedger();
    ledger.take(record(opened(), retrying(1, 1_500)));
    ledger.take(record(opened(), retrying(2, 4_000)));
    expect(ledger.pages('a-1041-0', 'hook').get('a-1041-0')).toMatchObject({ attempts: 2, firstAttemptAtMs: 1_000, nextAttemptAtMs: 4_000, settled: null });
  });

  it('is the same when a record comes again or late', () => {
    const ledger = new DeliveryLedger();
    ledger.take(record(opened(), retrying(2, 4_000)));
    ledger.take(record(opened(), retrying(1, 1_500)));
    ledger.take(record(opened(), retrying(2, 4_000)));
    expect(ledger.pages('a-1041-0', 'hook').get('a-1041-0')).toMatchObject({ attempts: 2, firstAttemptAtMs: 1_000, nextAttemptAtMs: 4_000 });
    ledger.take(record(opened(), { attempt: 3 }));
    ledger.take(record(opened(), retrying(3, 9_000)));
    ledger.take(record(opened(), { attempt: 4, outcome: 'failed' }));
    expect(ledger.pages('a-1041-0', 'hook').get('a-1041-0')).toMatchObject({ settled: 'delivered', nextAttemptAtMs: null });
  });

  it('keeps the channels of an alert apart', () => {
    const ledger = new DeliveryLedger();
    ledger.take(record(opened()));
    expect(ledger.pages('a-1041-0', 'console').size).toBe(0);
  });

  it('remembers when it first saw an event', () => {
    const ledger = new DeliveryLedger();
    ledger.see(opened(), ['hook'], 7);
    ledger.see(opened(), ['hook'], 9);
    expect(ledger.pages('a-1041-0', 'hook').get('a-1041-0')).toMatchObject({ firstSeenAtMs: 7, place: { sequence: 1_041, index: 0 } });
  });

  it('knows of an opening over any channel whether it was seen here or told by records', () => {
    const ledger = new DeliveryLedger();
    expect(ledger.opening('a-1041-0')).toBe('unknown');
    ledger.see(resolved(), ['hook'], 1);
    expect(ledger.opening('a-1041-0')).toBe('unknown');
    ledger.take(record(opened()));
    expect(ledger.opening('a-1041-0')).toBe('recorded');
    ledger.see(opened(), ['desk'], 1);
    ledger.take(record(opened()));
    expect(ledger.opening('a-1041-0')).toBe('seen');
  });

  it('forgets alerts that are over before open ones', () => {
    const ledger = new DeliveryLedger(3);
    const [one, two, three, four] = [incident(1), incident(2), incident(3), incident(4)];
    ledger.take(record(one.opened));
    ledger.take(record(two.opened));
    ledger.take(record(two.resolved));
    ledger.take(record(three.opened));
    ledger.take(record(four.opened));
    expect(ledger.pages('a-2', 'hook').size).toBe(0);
    expect(['a-1', 'a-3', 'a-4'].map((id) => ledger.pages(id, 'hook').size)).toEqual([1, 1, 1]);
    expect(ledger.knownSinceMs).toBe(0);
  });

  it('says that its knowledge begins later once it had to forget an open alert', () => {
    const ledger = new DeliveryLedger(1);
    ledger.take(record(opened(), { atMs: 500 }));
    ledger.take(record(incident(2).opened, { atMs: 600 }));
    expect(ledger.alertsHeld).toBe(1);
    expect(ledger.knownSinceMs).toBe(501);
  });

  it('holds no more than its limit however many alerts come', () => {
    const ledger = new DeliveryLedger(100);
    for (let number = 0; number < 5_000; number++) {
      ledger.see(incident(number).opened, ['hook'], number);
      if (number % 3 === 0) ledger.take(record(resolved({ alertId: `a-${number}`, id: `r-${number}` })));
    }
    expect(ledger.alertsHeld).toBe(100);
  });
});
