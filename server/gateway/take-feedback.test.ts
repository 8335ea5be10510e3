import { expect, it } from 'vitest';
import { createFeedbackIntake } from './take-feedback.ts';
import type { FeedbackIntake } from './services.ts';

/** An intake whose log takes everything at once, and which admits next to nothing in a turn of the event loop. */
function slowIntake(waitMsMax: number): FeedbackIntake {
  let made = 0;
  return createFeedbackIntake({
    frames: { add: async () => undefined, assertRoom: () => undefined, limits: { itemsWaitingMax: 100_000 } } as unknown as Parameters<typeof createFeedbackIntake>[0]['frames'],
    clock: { nowMs: () => 1_798_000_000_000 },
    makeId: () => `id-${(made += 1)}`,
    offsetAt: () => 0,
    hashKey: [1, 2, 3, 4],
    telemetry: () => undefined,
    limits: { turnMsMin: Number.MIN_VALUE, turnMsMax: Number.MIN_VALUE, waitMsMax },
  });
}
const body = (items: number): Uint8Array => new TextEncoder().encode(Array.from({ length: items }, () => JSON.stringify({ channel: 'app', text: '物流太慢，等了十天' })).join('\n'));

it('lets all else have its turn between items, and admits each batch whole', async () => {
  const intake = slowIntake(600_000);
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const answers = await Promise.all(Array.from({ length: 8 }, () => intake.take(body(25), 'ndjson')));
  isDone = true;
  expect(answers.map(({ accepted, rejected }) => [accepted, rejected.length])).toEqual(Array.from({ length: 8 }, () => [25, 0]));
  expect(new Set(answers.flatMap(({ ids }) => ids)).size).toBe(200);
  expect(turns).toBeGreaterThan(100);
});

it('refuses a request that waited for its turn too long, and takes nothing of it', async () => {
  const intake = slowIntake(-1);
  const [first, ...others] = await Promise.allSettled(Array.from({ length: 4 }, () => intake.take(body(2), 'ndjson')));
  expect(first).toMatchObject({ status: 'fulfilled', value: { accepted: 2 } });
  for (const other of others) expect(other).toMatchObject({ status: 'rejected', reason: { code: 'overloaded', retryable: true, status: 429 } });
});
