import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { PreparedStore } from './prepare-store.ts';

const away = (): TocsinError => new TocsinError('store_unavailable', 'ClickHouse at http://127.0.0.1:1 cannot be reached: ECONNREFUSED.', { retryable: true });
/** As the client throws what ClickHouse itself answers. */
const refusing = (type: string): TocsinError => new TocsinError('store_unavailable', `ClickHouse answers ${type}.`, { retryable: true, cause: Object.assign(new Error(type), { type }) });

/** A store that answers one outcome after the other; timers run when they are told to. */
function story(outcomes: (Error | 'open')[], startsWithout = true) {
  const waits: { delayMs: number; act(): void }[] = [];
  const told: string[] = [];
  const store = new PreparedStore({
    async prepare() {
      const outcome = outcomes.shift();
      if (outcome !== 'open') throw outcome;
      told.push('open');
    },
    startsWithout,
    timers: { after: (delayMs, act) => (waits.push({ delayMs, act }), () => undefined), soon: (act) => (act(), () => undefined) },
    onAway: ({ message }, failures) => told.push(`away ${failures}: ${message}`),
    fail: (error) => told.push(`fails: ${error.message}`),
  });
  const next = async (): Promise<number | undefined> => {
    const wait = waits.shift();
    wait?.act();
    await new Promise((resolve) => setImmediate(resolve));
    return wait?.delayMs;
  };
  return { store, told, next };
}

describe('the store at a start', () => {
  it('is open before the parts that need it begin', async () => {
    const { store, told } = story(['open']);
    await store.look();
    expect(told).toEqual(['open']);
  });

  it('holds up nothing while a ClickHouse server cannot be reached, and is asked again, less and less often, until it is there', async () => {
    const { store, told, next } = story([away(), away(), away(), 'open']);
    await store.look();
    expect(told).toHaveLength(1);
    expect([await next(), await next(), await next(), await next()]).toEqual([100, 200, 400, undefined]);
    expect(told).toEqual([1, 2, 3].map((failures) => `away ${failures}: ClickHouse at http://127.0.0.1:1 cannot be reached: ECONNREFUSED.`).concat('open'));
  });

  it.each([
    ['answers that the password is wrong', refusing('AUTHENTICATION_FAILED'), true],
    ['has tables of a newer version', new TocsinError('migration_failed', 'The tables are newer.'), true],
    ['is the embedded engine', away(), false],
  ])('ends the start where it %s', async (_, error, startsWithout) => {
    await expect(story([error], startsWithout).store.look()).rejects.toBe(error);
  });

  it('ends the server where it comes back and cannot be used for good', async () => {
    const { store, told, next } = story([away(), refusing('TOO_MANY_SIMULTANEOUS_QUERIES'), new TocsinError('migration_failed', 'The tables are newer.')]);
    await store.look();
    await next();
    await next();
    expect(told.at(-1)).toBe('fails: The tables are newer.');
    expect(await next()).toBeUndefined();
  });

  it('is not asked any more once the server stops', async () => {
    const { store, told, next } = story([away(), 'open']);
    await store.look();
    store.stop();
    await next();
    expect(told).toHaveLength(1);
  });
});
