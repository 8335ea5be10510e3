import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsBy } from '../support/counts.ts';
import { getJson, postRaw, toNdjson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';

const WHOLE_MS = 300_000;
const MIB = 1_024 ** 2;
const BATCH = 500;
/** Twice what the log holds, of texts that no packing makes smaller. */
const BATCHES = 5;

/** About 350 characters. */
const textOf = (name: string): string => ['a', 'b', 'c', 'd'].map((part) => createHash('sha512').update(name + part).digest('base64url')).join(' ');

describe('a scored log that is far too small for what comes', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer({ env: { TOCSIN_SCORED_LOG_BYTES_MAX: String(MIB), TOCSIN_SNAPSHOT_INTERVAL_SECONDS: '1', TOCSIN_LOG_LEVEL: 'debug' } });
  }, WHOLE_MS);
  afterAll(() => server?.dispose());

  const asOfMs = async (): Promise<number> => Date.parse((await getJson<{ asOf: string }>(`${server.url}/v1/counts?groupBy=channel&window=24h`)).body.asOf);
  const snapshots = (): number => server.logs.filter(({ msg }) => msg === 'a snapshot of the counter was written').length;

  it('makes room by its snapshots and loses nothing: all that was accepted is counted and stored', async () => {
    const before = snapshots();
    for (let batch = 0; batch < BATCHES; batch++) {
      const items = Array.from({ length: BATCH }, (_, at) => ({ id: `f-${batch}-${at}`, channel: 'app', text: textOf(`${batch}-${at}`), customer: { id: `c-${batch}-${at}` } }));
      // While the log makes room more waits than may: such a batch is refused whole, and sent again.
      await eventually(async () => {
        const { status } = await postRaw(`${server.url}/v1/feedback`, toNdjson(items), 'application/x-ndjson');
        expect([202, 429]).toContain(status);
        return status === 202;
      }, { what: `batch ${batch} to be accepted`, limitMs: WHOLE_MS, everyMs: 250 });
    }
    await server.settled(WHOLE_MS);
    expect(await countsBy(server.url, 'channel')).toEqual({ app: BATCHES * BATCH });
    expect(snapshots()).toBeGreaterThan(before);
  }, WHOLE_MS);

  it('goes on with its ticks', async () => {
    const now = await asOfMs();
    await eventually(async () => (await asOfMs()) >= now + 2_000, { what: 'time to go on' });
  }, WHOLE_MS);
});
