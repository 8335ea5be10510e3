import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../telemetry/system-clock.ts';
import { replay, type ReplayEvent, type ReplayOptions, type ReplaySummary } from './replay.ts';
import { answerWith, startFeedbackServer, type FeedbackServer } from './testing.ts';

let folder: string;
let server: FeedbackServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  server = await startFeedbackServer();
});
afterEach(() => server.stop());

async function write(content: string | Uint8Array, name = 'input.jsonl'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

function run(file: string, options: Partial<ReplayOptions> = {}): Promise<ReplaySummary> {
  return replay({ file, url: server.url, clock: systemClock, batchSize: 10, concurrency: 1, clientLimits: { retryDelayMs: 1 }, ...options });
}

const rows = (count: number): string => Array.from({ length: count }, (_, index) => JSON.stringify({ text: `第 ${index} 条`, source: 'collection', label: 'negative', stars: 1 })).join('\n');

describe('a replay', () => {
  it('posts the rows of a text collection: text, channel api, source as an attribute, and no label', async () => {
    const summary = await run(await write(gzipSync(rows(25)), 'rows.jsonl.gz'));
    expect(summary).toMatchObject({ items: 25, accepted: 25, refused: 0, problems: [], retries: 0, settled: null });
    const [first] = server.accepted();
    expect(first).toEqual({ id: expect.stringMatching(/^[a-p]{24}$/) as string, text: '第 0 条', channel: 'api', attributes: { source: 'collection' } });
    expect(server.accepted().length).toBe(25);
  });

  it('posts feedback items as they are and keeps the ids they have', async () => {
    const items = [{ id: 'mine', text: '好', channel: 'store', rating: 5, createdAt: '2026-01-01T00:00:00Z', more: 1 }, { text: 'fine', rating: 4 }];
    await run(await write(items.map((item) => JSON.stringify(item)).join('\n')));
    expect(server.accepted()).toEqual([items[0], { ...items[1], channel: 'api', id: expect.any(String) as string }]);
  });

  it('gives the same ids the second time, so that a second replay counts nothing twice', async () => {
    const file = await write(rows(30));
    await run(file);
    const before = server.accepted();
    expect((await run(file)).accepted).toBe(30);
    expect(server.accepted()).toEqual(before);
  });

  it('keeps equal lines apart', async () => {
    const row = JSON.stringify({ text: '不错', source: 's' });
    await run(await write([row, row, row].join('\n')));
    expect(server.accepted().length).toBe(3);
  });

  it('reports each unusable line and each refused item with its line number, and sends the rest', async () => {
    const file = await write([
      JSON.stringify({ text: '一', channel: 'app' }), '{"text":', '[1]', '"text"', JSON.stringify({ text: ' ', channel: 'app' }), '',
      JSON.stringify({ source: 's' }), JSON.stringify({ text: '二', channel: 'nowhere' }), JSON.stringify({ text: '三', channel: 'app' }),
    ].join('\n'));
    server.script((response, { items }) => {
      const index = items.findIndex(({ channel }) => channel === 'nowhere');
      answerWith(202, { accepted: items.length - 1, ids: [], rejected: [{ index, code: 'not_in_list', field: 'channel', message: 'channel must be one of app, web.' }] })(response, { items, headers: {} });
    });
    const events: ReplayEvent[] = [];
    const summary = await run(file, { report: (event) => events.push(event) });
    const problems = [
      { line: 2, reason: 'is not JSON' },
      { line: 3, reason: 'is not a JSON object' },
      { line: 4, reason: 'is not a JSON object' },
      { line: 5, reason: 'has no text' },
      { line: 7, reason: 'has no text' },
      { line: 8, reason: 'was refused: channel must be one of app, web.' },
    ];
    expect(summary).toMatchObject({ items: 3, accepted: 2, refused: 6, problems });
    expect(events).toEqual(problems.map((problem) => ({ kind: 'problem', ...problem })));
  });

  it('keeps only the first problems of a file that is all wrong', async () => {
    const summary = await run(await write('x\n'.repeat(1_000)));
    expect(summary).toMatchObject({ items: 0, accepted: 0, refused: 1_000 });
    expect(summary.problems.length).toBe(20);
  });

  it('stops at the limit', async () => {
    expect(await run(await write(rows(50)), { limit: 12 })).toMatchObject({ items: 12, accepted: 12 });
    expect(await run(await write(rows(50)), { limit: 0 })).toMatchObject({ items: 0, accepted: 0 });
  });

  it('fails on a cut file after sending what came before, and says so', async () => {
    const whole = gzipSync(Array.from({ length: 40_000 }, (_, n) => JSON.stringify({ text: `${n} ${Math.sin(n)}`, source: 's' })).join('\n'));
    const file = await write(whole.subarray(0, whole.length - 10), 'cut.jsonl.gz');
    await expect(run(file, { batchSize: 1_000 })).rejects.toMatchObject({ code: 'input_unreadable', message: expect.stringContaining('is cut off') as string });
    expect(server.accepted().length).toBeGreaterThan(30_000);
  });

  it('waits until the server says that everything is stored and counted, through answers that fail', async () => {
    const answers = [
      () => Promise.reject(new Error('connection refused')),
      () => Promise.resolve({ settled: false, detail: '12 items wait to be scored' }),
      () => Promise.resolve({ settled: true, detail: '' }),
    ];
    const events: ReplayEvent[] = [];
    let asked = 0;
    const summary = await run(await write(rows(5)), { report: (event) => events.push(event), askSettlement: () => (answers[asked++] as (typeof answers)[0])() });
    expect(asked).toBe(3);
    expect(summary.settled).toBe(true);
    expect(events).toContainEqual({ kind: 'waiting', detail: 'connection refused' });
  });

  it('gives the wait up in time and says that it did', async () => {
    const summary = await run(await write(rows(5)), { askSettlement: () => Promise.resolve({ settled: false, detail: 'stuck' }), settleMsMax: 0 });
    expect(summary.settled).toBe(false);
  });

  it('keeps the distances of the items\' times when a speed is given', async () => {
    const item = (second: number): string => JSON.stringify({ text: `${second}`, channel: 'app', createdAt: new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString() });
    const startedAtMs = performance.now();
    await run(await write([item(0), item(1), item(100), item(101), item(200)].join('\n')), { speed: 1_000 });
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(195);
    expect(server.accepted().map(({ text }) => text)).toEqual(['0', '1', '100', '101', '200']);
    expect(server.requests.length).toBeGreaterThanOrEqual(3);
  });
});
