import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsBy } from '../support/counts.ts';
import { postJson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';

const WHOLE_MS = 180_000;
const WRITTEN = 'a snapshot of the counter was written';

describe('a server that is killed', () => {
  let server: Awaited<ReturnType<typeof startServer>>;

  beforeAll(async () => {
    server = await startServer({ env: { TOCSIN_SNAPSHOT_INTERVAL_SECONDS: '1', TOCSIN_LOG_LEVEL: 'debug' } });
  }, WHOLE_MS);
  afterAll(() => server?.dispose());

  const post = async (from: number, count: number): Promise<void> => {
    const items = Array.from({ length: count }, (_, index) => ({ id: `snapshot-${from + index}`, channel: 'app', text: `第${from + index}件：物流太慢了，等了十天还没到`, customer: { id: `c${from + index}` } }));
    expect((await postJson(`${server.url}/v1/feedback`, items)).status).toBe(202);
  };
  const sequenceOf = (line: { [field: string]: unknown } | undefined): number => Number(line?.['sequence']);

  it('goes on from its snapshot, reads only what came after it, and counts the same', async () => {
    await post(0, 300);
    await server.settled();
    const written = server.logs.filter(({ msg }) => msg === WRITTEN).length;
    // One is written only when something was counted.
    await post(300, 1);
    await eventually(() => server.logs.filter(({ msg }) => msg === WRITTEN).length > written, { what: 'a snapshot', limitMs: 60_000 });
    const taken = sequenceOf(server.logs.findLast(({ msg }) => msg === WRITTEN));
    await post(301, 99);
    await server.settled();
    const before = await countsBy(server.url, 'channel');
    expect(before).toEqual({ app: 400 });

    await server.kill('everything');
    await server.start();
    const started = server.logs.find(({ snapshot }) => snapshot !== undefined);
    expect(started?.msg).toMatch(/^The counter starts from the snapshot at entry \d+ of the scored log; \d+ entries follow it\.$/);
    expect(sequenceOf(started)).toBeGreaterThanOrEqual(taken);
    const caughtUp = server.logs.find(({ msg }) => msg === 'the counter has caught up');
    expect(Number(caughtUp?.['entries'])).toBe(Number(started?.['entries']));
    await server.settled();
    expect(await countsBy(server.url, 'channel')).toEqual(before);

    // Sent again: counted before the snapshot, known after it.
    await post(0, 400);
    await server.settled();
    expect(await countsBy(server.url, 'channel')).toEqual(before);
  }, WHOLE_MS);
});
