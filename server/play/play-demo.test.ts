import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from '../../core/category.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { DEMO_MIX } from './plan-demo.ts';
import { playDemo, type DemoLimits, type DemoOptions, type DemoProgress } from './play-demo.ts';
import { loadSampleData, type SampleData } from './sample-data.ts';
import { samplesFolder } from './samples-folder.ts';
import type { FileProblem } from './spread-file.ts';
import { answerWith, startFeedbackServer, type FeedbackServer } from './testing.ts';

const DAY_MS = 24 * 3_600_000;
/** The whole of a demo in a moment. */
const SHORT: DemoLimits = { historyMs: DAY_MS - 600_000, playMs: 400, livePeriodMs: 10, liveItemsMax: 5 };

let data: SampleData;
let folder: string;
let server: FeedbackServer;
beforeAll(async () => {
  data = await loadSampleData(samplesFolder());
  folder = await mkdtemp(join(tmpdir(), 'tocsin-demo-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  server = await startFeedbackServer();
});
afterEach(() => server.stop());

function play(options: Partial<DemoOptions> = {}): Promise<DemoProgress> {
  return playDemo({ url: server.url, data, clock: systemClock, signal: new AbortController().signal, report: () => undefined, limits: SHORT, clientLimits: { retryDelayMs: 1 }, ...options });
}
const timesOf = (items: Record<string, unknown>[]): number[] => items.map(({ createdAt }) => Date.parse(String(createdAt)));

describe('the demo player', () => {
  it('plays a day in order, nothing in the future at the time it is sent, then goes on live', async () => {
    const startedAtMs = Date.now();
    const arrivals: { items: Record<string, unknown>[]; atMs: number }[] = [];
    server.script(...Array.from({ length: 1_000 }, () => (_response: unknown, { items }: { items: Record<string, unknown>[] }) => {
      arrivals.push({ items, atMs: Date.now() });
      return false;
    }));
    const seen: DemoProgress[] = [];
    const end = await play({ report: (progress) => seen.push(progress) });
    const times = timesOf(server.accepted());
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times[0]).toBeGreaterThan(startedAtMs - DAY_MS);
    expect(times[0]).toBeLessThan(startedAtMs - DAY_MS / 2);
    for (const { items, atMs } of arrivals) expect(Math.max(...timesOf(items))).toBeLessThanOrEqual(atMs);
    expect(end).toMatchObject({ phase: 'over', sent: server.accepted().length, refused: 0 });
    expect(server.requests.at(-1)?.items.length).toBe(1);
    const { incident, complaintsPerCategory, questions, praise } = DEMO_MIX;
    expect(end.sent).toBe(incident + complaintsPerCategory * CATEGORY_IDS.length + questions + praise + SHORT.liveItemsMax);
    expect(seen.at(-1)).toEqual(end);
    expect(seen.map(({ simulatedAtMs }) => simulatedAtMs)).toEqual(seen.map(({ simulatedAtMs }) => simulatedAtMs).sort((left, right) => left - right));
  });

  it('stops at once when it is told to, and resolves', async () => {
    const stopping = new AbortController();
    const playing = play({ signal: stopping.signal, limits: { ...SHORT, playMs: 60_000 }, report: () => stopping.abort() });
    expect(await playing).toMatchObject({ phase: 'over' });
  });

  it('goes on live until it is told to stop', async () => {
    const stopping = new AbortController();
    const end = await play({
      signal: stopping.signal, limits: { ...SHORT, livePeriodMs: 5, liveItemsMax: 1_000_000 },
      report: ({ phase }) => void (phase === 'live' && stopping.abort()),
    });
    expect(end.sent).toBe(server.accepted().length);
  });

  it('sends the same texts again in a second run, under other ids', async () => {
    await play();
    const first = server.accepted();
    await play();
    const second = server.accepted().slice(first.length);
    expect(second.length).toBe(first.length);
    const texts = (items: Record<string, unknown>[]): string[] => items.map(({ text }) => String(text)).sort();
    expect(texts(second)).toEqual(texts(first));
  });

  it('fails in words when the server is not there', async () => {
    await server.stop();
    await expect(play({ clientLimits: { giveUpUnansweredMs: 20, retryDelayMs: 5 } })).rejects.toMatchObject({ code: 'server_unreachable' });
  });
});

describe('the demo player with a file', () => {
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  };

  it('spreads items without times evenly over the day, in the order of the file, and ends with it', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => JSON.stringify({ text: `第 ${index} 条`, source: 's' }));
    const end = await play({ input: await write('rows.jsonl.gz', gzipSync(rows.join('\n'))) });
    expect(end.sent).toBe(300);
    const items = server.accepted();
    expect(items.map(({ text }) => text)).toEqual(Array.from({ length: 300 }, (_, index) => `第 ${index} 条`));
    const times = timesOf(items);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] as number));
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  });

  it('keeps the proportions of the times in the file', async () => {
    const item = (hour: number): string => JSON.stringify({ id: `${hour}`, text: `${hour}`, channel: 'app', createdAt: new Date(Date.UTC(2020, 0, 1, hour)).toISOString() });
    await play({ input: await write('timed.jsonl', [item(0), item(3), item(12)].join('\n')) });
    const [first, second, third] = timesOf(server.accepted()) as [number, number, number];
    expect((second - first) / (third - first)).toBeCloseTo(0.25, 3);
    expect(Date.now() - third).toBeLessThan(60_000);
  });

  it('reports lines that hold no item and items that are refused, and plays the rest', async () => {
    server.script(answerWith(202, { accepted: 1, ids: [], rejected: [{ index: 1, code: 'not_in_list', field: 'channel', message: 'channel is unknown.' }] }));
    const problems: FileProblem[] = [];
    const input = await write('mixed.jsonl', ['{"text":"一","channel":"app"}', 'no', '{"text":"二","channel":"x"}'].join('\n'));
    const end = await play({ input, limits: { ...SHORT, playMs: 1 }, reportProblem: (problem) => problems.push(problem) });
    expect(end).toMatchObject({ sent: 1, refused: 2 });
    expect(problems).toEqual([{ line: 2, reason: 'is not JSON' }, { line: 3, reason: 'was refused: channel is unknown.' }]);
  });

  it.each([
    ['no line with an item', 'nothing.jsonl', 'x\ny\n', 'holds no feedback'],
    ['nothing at all', 'empty.jsonl', '', 'is empty'],
  ])('refuses a file with %s', async (_name, name, content, message) => {
    await expect(play({ input: await write(name, content) })).rejects.toMatchObject({ code: 'input_unreadable', message: expect.stringContaining(message) as string });
  });
});
