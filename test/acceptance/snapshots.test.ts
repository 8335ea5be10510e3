import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HealthReport } from '../../core/live.ts';
import { countsBy } from '../support/counts.ts';
import { getJson, postJson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer, type LogLine } from '../support/start-server.ts';

const WHOLE_MS = 500_000;
const STEP_MS = 200_000;
/** `TOCSIN_TEST_KILLS=20` for the long version. */
const KILLS = Number(process.env['TOCSIN_TEST_KILLS'] ?? 2);
const BEGUN = 'a snapshot of the counter is being written';
const WRITTEN = 'a snapshot of the counter was written';
const FROM_SNAPSHOT = /^The counter starts from the snapshot at entry \d+ of the scored log; \d+ entries follow it\.$/;

interface Beginning {
  msg: string;
  sequence: number;
  entries: number;
}

describe('a server that is killed', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let sent = 0;
  /** Of the newest snapshot that was ever said to be written. */
  let whole = 0;

  beforeAll(async () => {
    server = await startServer({ env: { TOCSIN_SNAPSHOT_INTERVAL_SECONDS: '1', TOCSIN_LOG_LEVEL: 'debug' } });
  }, WHOLE_MS);
  afterAll(() => server?.dispose());

  const itemOf = (number: number) => ({ id: `snapshot-${number}`, channel: 'app', text: `第${number}件：物流太慢了，等了十天还没到`, customer: { id: `c${number}` } });
  const post = async (count: number): Promise<void> => {
    const items = Array.from({ length: count }, (_, index) => itemOf(sent + index));
    expect((await postJson(`${server.url}/v1/feedback`, items)).status).toBe(202);
    sent += count;
  };
  const lines = (msg: string): LogLine[] => server.logs.filter((line) => line.msg === msg);
  const sequenceOf = (line: LogLine | undefined): number => Number(line?.['sequence']);
  /** What the server says of the snapshot that it starts from, or of why it starts from none. What it prints comes another way than its answers. */
  const beginning = async (): Promise<Beginning> => {
    const said = await eventually(() => server.logs.find(({ part, snapshot }) => part === 'counter' && snapshot !== undefined), { what: 'the counter to say what it starts from', limitMs: STEP_MS });
    return { msg: String(said.msg), sequence: sequenceOf(said), entries: Number(said['entries']) };
  };
  const aboutSnapshots = (): string => `the server said:\n${server.logs.filter((line) => /snapshot/i.test(JSON.stringify(line)) || Number(line.level) >= 40).map((line) => JSON.stringify(line)).join('\n')}`;

  it('says at its first start that there is no snapshot yet, and is not ready before its counter is', async () => {
    expect((await beginning()).msg).toBe('There is no snapshot of the counter yet, and the scored log is empty.');
    const parts = ['gateway', 'scorer', 'counter', 'incidents', 'notifier', 'store', 'log'];
    expect(server.firstReport?.parts.map(({ part }) => part)).toEqual(expect.arrayContaining(parts));
    const { body } = await getJson<HealthReport>(`${server.url}/readyz`);
    expect(body.parts.filter(({ ok }) => ok).map(({ part }) => part)).toEqual(expect.arrayContaining(parts));
  }, WHOLE_MS);

  it('goes on from its snapshot, reads only what came after it, and counts the same', async () => {
    await post(300);
    await server.settled(STEP_MS);
    const written = lines(WRITTEN).length;
    // One is written only when something was counted.
    await post(1);
    await eventually(() => lines(WRITTEN).length > written, { what: 'a snapshot', limitMs: STEP_MS });
    const taken = sequenceOf(lines(WRITTEN).at(-1));
    await post(99);
    await server.settled(STEP_MS);
    const before = await countsBy(server.url, 'channel');
    expect(before).toEqual({ app: 400 });

    await server.kill('everything');
    await server.start();
    const began = await beginning();
    expect(began.msg, aboutSnapshots()).toMatch(FROM_SNAPSHOT);
    expect(began.sequence).toBeGreaterThanOrEqual(taken);
    const [caughtUp] = await eventually(() => lines('the counter has caught up').slice(0, 1), { what: 'the counter to catch up', limitMs: STEP_MS });
    // What a scorer adds meanwhile is read as well.
    expect(Number(caughtUp?.['entries'])).toBeGreaterThanOrEqual(began.entries);
    expect(Number(caughtUp?.['entries'])).toBeLessThan(began.entries + began.sequence);
    await server.settled(STEP_MS);
    expect(await countsBy(server.url, 'channel')).toEqual(before);

    // Sent again: counted before the snapshot, known after it.
    expect((await postJson(`${server.url}/v1/feedback`, Array.from({ length: 400 }, (_, number) => itemOf(number)))).status).toBe(202);
    await server.settled(STEP_MS);
    expect(await countsBy(server.url, 'channel')).toEqual(before);
  }, WHOLE_MS);

  it.each(Array.from({ length: KILLS }, (_, index) => [index + 1, index % 2 === 0 ? 'everything' : 'server'] as const))('in the midst of writing a snapshot, the %i. time, %s, goes on from the newest one that was whole', async (_, what) => {
    const begun = lines(BEGUN).length;
    await post(20);
    await eventually(() => lines(BEGUN).length > begun, { what: 'a snapshot to be begun', limitMs: STEP_MS, everyMs: 1 });
    await server.kill(what);
    whole = Math.max(whole, ...lines(WRITTEN).map(sequenceOf));
    await server.start();
    const began = await beginning();
    expect(began.msg, aboutSnapshots()).toMatch(FROM_SNAPSHOT);
    expect(began.sequence, aboutSnapshots()).toBeGreaterThanOrEqual(whole);
    expect(server.logs.filter(({ fault }) => fault !== undefined), aboutSnapshots()).toEqual([]);
    await server.settled(STEP_MS);
    expect(await countsBy(server.url, 'channel')).toEqual({ app: sent });
  }, WHOLE_MS);
});
