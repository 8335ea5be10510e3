import { describe, expect, it } from 'vitest';
import { busUnavailable } from '../bus/bus-errors.ts';
import { encodeState, STATE_FORMAT } from '../counter/encode-state.ts';
import { step } from '../counter/step.ts';
import { LogScript, START_MS, makeItem } from '../counter/testing/entries.ts';
import { CounterRun, Ground, READER, countedAfresh, start } from './testing/counter-run.ts';

const immediately = { after: (_delayMs: number, act: () => void) => (queueMicrotask(act), () => undefined), soon: (act: () => void) => (queueMicrotask(act), () => undefined) };
const script = new WeakMap<Ground, LogScript>();

function logOf(ground: Ground): LogScript {
  const log = script.get(ground) ?? new LogScript();
  script.set(ground, log);
  return log;
}

/** Appends a frame and a tick, `count` times. */
function grow(ground: Ground, count: number): void {
  const log = logOf(ground);
  for (let index = 0; index < count; index++) {
    const nowMs = START_MS + ground.entries.length * 1_000;
    ground.entries.push(log.frame(nowMs, [makeItem({ createdAtMs: nowMs })]), log.tick(nowMs));
  }
}

async function run(ground: Ground, options: ConstructorParameters<typeof CounterRun>[1] = {}): Promise<CounterRun> {
  const counter = new CounterRun(ground, options);
  for (const entry of ground.entries.slice(counter.state.sequence)) {
    counter.count(entry);
    await counter.snapshots.idle();
  }
  return counter;
}

async function withSnapshots(frames = 4): Promise<Ground> {
  const ground = new Ground();
  grow(ground, frames);
  await run(ground);
  return ground;
}

const sequences = async (ground: Ground): Promise<number[]> => (await ground.store.list()).map(({ name }) => Number(name.slice(-16)));

describe('snapshots', () => {
  it('are taken at ticks when something else than a tick was counted, and the latest generations are kept', async () => {
    const ground = await withSnapshots(5);
    expect(await sequences(ground)).toEqual([6, 8, 10]);
    for (let index = 0; index < 5; index++) ground.entries.push(logOf(ground).tick(START_MS + 60_000 + index));
    const { state } = await start(ground);
    await run(ground, { state: state! });
    expect(await sequences(ground)).toEqual([6, 8, 10]);
  });

  it('are not taken at a tick at which rows wait for the next one to be stored with them', async () => {
    const ground = new Ground();
    const log = logOf(ground);
    const fourthSecondMs = Math.ceil(START_MS / 4_000) * 4_000;
    const items = Array.from({ length: 300 }, () => makeItem({ createdAtMs: fourthSecondMs }));
    ground.entries.push(log.frame(fourthSecondMs, items), log.tick(fourthSecondMs + 1_000), log.tick(fourthSecondMs + 2_000), log.tick(fourthSecondMs + 4_000));
    await run(ground);
    expect(await sequences(ground)).toEqual([4]);
  });

  it('are worth nothing before every row and every event up to them is durable', async () => {
    const ground = new Ground();
    grow(ground, 2);
    const counter = new CounterRun(ground, { holdSettled: true });
    counter.catchUp();
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    await turns();
    expect(await sequences(ground)).toEqual([]);
    counter.snapshots.published(4);
    await turns();
    expect(await sequences(ground)).toEqual([]);
    counter.snapshots.stored(1);
    await counter.snapshots.idle();
    expect(await sequences(ground)).toEqual([2]);
  });

  it('that do not fit on the disk are reported, counting goes on, and a later one is written', async () => {
    const ground = new Ground();
    grow(ground, 4);
    ground.store.faults.failPuts(2, 3);
    const counter = await run(ground);
    expect(counter.failures.map(({ message }) => message)).toEqual(Array.from({ length: 2 }, () => 'There is no room for a snapshot: the disk or the snapshot store is at its limit.'));
    expect(counter.told.filter(({ kind }) => kind === 'snapshot-failed')).toHaveLength(2);
    expect(counter.state.sequence).toBe(8);
    expect(await sequences(ground)).toEqual([6, 8]);
  });

  it('one under way is given up when the counter stops', async () => {
    const ground = new Ground();
    grow(ground, 1);
    const counter = new CounterRun(ground, { holdSettled: true });
    counter.catchUp();
    await counter.snapshots.stop();
    expect(await sequences(ground)).toEqual([]);
    expect(counter.failures).toEqual([]);
  });

  it('let the log go up to the oldest one kept, and no further', async () => {
    const ground = new Ground();
    grow(ground, 6);
    const counter = await run(ground, { keepLogMs: 0 });
    expect(await sequences(ground)).toEqual([8, 10, 12]);
    expect(ground.firstSequence).toBe(9);
    expect(counter.told.flatMap((event) => (event.kind === 'log-trimmed' ? [event.entries] : [])).reduce((sum, entries) => sum + entries, 0)).toBe(8);
  });
});

describe('a log that is nearly full', () => {
  it('is made shorter by snapshots at the next ticks, whatever their interval, though nothing but ticks comes', async () => {
    const ground = new Ground();
    grow(ground, 6);
    ground.bytes = 850;
    const counter = await run(ground, { intervalMs: 3_600_000, logBytesMax: 1_000 });
    for (let tick = 0; tick < 5; tick++) {
      ground.entries.push(logOf(ground).tick(START_MS + 60_000 + tick));
      counter.count(ground.entries.at(-1)!);
      await counter.snapshots.idle();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(ground.firstSequence).toBeGreaterThan(1);
    expect((await sequences(ground)).length).toBe(3);
  });
});

describe('a start', () => {
  it('takes the newest snapshot', async () => {
    const ground = await withSnapshots();
    const { state, faults } = await start(ground);
    expect([state?.sequence, faults]).toEqual([8, []]);
    expect(Buffer.compare(encodeState(state!), encodeState(countedAfresh(ground.entries)))).toBe(0);
  });

  it('without any begins at the first entry, and says whether there was none or none of use', async () => {
    expect(await start(new Ground())).toEqual({ state: null, faults: [], sentences: [], none: 'There is no snapshot of the counter yet, and the scored log is empty.' });
    const early = new Ground();
    grow(early, 3);
    expect((await start(early)).none).toBe('There is no snapshot of the counter yet: the scored log is counted from its first entry on, 6 in all.');
    const ground = await withSnapshots();
    for (const { name } of await ground.store.list()) ground.store.faults.damage(name, (bytes) => bytes.slice(0, 40));
    expect(await start(ground)).toMatchObject({ state: null, faults: ['damaged', 'damaged', 'damaged'], none: 'Of 3 snapshots of the counter none can be used: the scored log is counted from its first entry on, 8 in all.' });
  });

  it('reads a snapshot that came damaged once more before it is given up', async () => {
    const ground = await withSnapshots();
    const get = ground.store.get.bind(ground.store);
    let reads = 0;
    ground.store.get = async function* (name) {
      reads += 1;
      for await (const chunk of get(name)) yield reads === 1 ? chunk.map((byte) => byte ^ 1) : chunk;
    };
    expect(await start(ground)).toMatchObject({ faults: [], state: { sequence: 8 } });
    expect(reads).toBe(2);
  });

  it('leaves out those of another log, and the next snapshot removes what cannot be of its own', async () => {
    const ground = await withSnapshots();
    ground.identity = 'log-2';
    ground.entries.splice(2);
    const { state, faults, sentences } = await start(ground);
    expect([state, faults]).toEqual([null, ['wrong-log', 'wrong-log', 'wrong-log']]);
    expect(sentences[0]).toBe('The snapshot counter-0000000000000008 belongs to another scored log; it is left out.');
    await run(ground);
    expect(await sequences(ground)).toEqual([2]);
  });

  it('leaves out one that holds more than the log does', async () => {
    const ground = await withSnapshots();
    ground.entries.splice(7);
    const { state, faults } = await start(ground);
    expect([state?.sequence, faults]).toEqual([6, ['ahead-of-log']]);
  });

  it('leaves out one whose next entry the log has lost, and says what that means', async () => {
    const ground = await withSnapshots();
    ground.firstSequence = 10;
    grow(ground, 2);
    const { state, faults, sentences } = await start(ground);
    expect([state, faults]).toEqual([null, ['entries-missing', 'entries-missing', 'entries-missing', 'none-usable']]);
    expect(sentences.at(-1)).toBe('No snapshot of the counter can be used, and the scored log begins at entry 10: windows are counted from there, and what came before is read from the store. Ids, texts and open alerts from before are not known: an item that is sent again counts again.');
  });

  it('after a newer version takes an older snapshot that it can read', async () => {
    const ground = await withSnapshots(2);
    const older = { ...READER, format: STATE_FORMAT - 1, migrations: new Map() };
    expect((await start(ground, older)).faults).toEqual(['newer-format', 'newer-format']);
    expect((await start(ground, older)).state).toBeNull();
  });

  it('after a newer version is refused where the log does not reach back far enough', async () => {
    const ground = await withSnapshots(2);
    ground.firstSequence = 2;
    await expect(start(ground, { ...READER, format: STATE_FORMAT - 1 })).rejects.toMatchObject({
      code: 'snapshot_too_new',
      message: "The counter's snapshots were written by a newer version of Tocsin, and the scored log begins at entry 2, so this version cannot count again what came before. Start the newer version, or move the data folder aside to begin anew.",
    });
  });

  it('after an older version brings its snapshot up to date where it can, and else counts from the log', async () => {
    const ground = await withSnapshots(2);
    const newer = { ...READER, format: STATE_FORMAT + 2 };
    const { state, faults, sentences } = await start(ground, newer);
    expect([state, faults]).toEqual([null, ['older-format', 'older-format']]);
    expect(sentences[0]).toMatch(/older version of Tocsin and cannot be brought up to date; the state is counted anew/);
    const migrations = new Map([STATE_FORMAT, STATE_FORMAT + 1].map((from) => [from, (bytes: Uint8Array) => Uint8Array.from([...bytes, from])]));
    const lengths: number[] = [];
    const migrated = await start(ground, { ...newer, migrations, decode: (bytes) => (lengths.push(bytes.length), READER.decode(bytes)) });
    expect(migrated.state?.sequence).toBe(4);
    expect(lengths).toEqual([encodeState(countedAfresh(ground.entries)).length + 2]);
  });

  it('waits for snapshots that cannot be reached instead of doing without', async () => {
    const ground = await withSnapshots(2);
    const get = ground.store.get.bind(ground.store);
    ground.store.get = async function* (name) {
      let chunks = 0;
      for await (const chunk of get(name)) {
        if (chunks++ === 2) throw busUnavailable('The snapshot store');
        yield chunk;
      }
    };
    await expect(start(ground)).rejects.toMatchObject({ code: 'log_unavailable', retryable: true });
  });

  it('asks again for snapshots that cannot be listed or read, and tells each damaged one once', async () => {
    const ground = await withSnapshots();
    ground.store.faults.damage('counter-0000000000000008', (bytes) => bytes.slice(0, 40));
    const [list, get] = [ground.store.list.bind(ground.store), ground.store.get.bind(ground.store)];
    let [lists, olderReads] = [0, 0];
    ground.store.list = async () => {
      if (lists++ === 0) throw busUnavailable('The snapshot store');
      return list();
    };
    ground.store.get = async function* (name) {
      if (name === 'counter-0000000000000006' && olderReads++ === 0) throw busUnavailable('The snapshot store');
      yield* get(name);
    };
    const retries: string[] = [];
    const patience = { timers: immediately, attemptsMax: 3, onRetry: ({ code }: { code: string }) => retries.push(code) };
    expect(await start(ground, READER, patience)).toMatchObject({ faults: ['damaged'], state: { sequence: 6 } });
    expect(retries).toEqual(['log_unavailable', 'log_unavailable']);
    ground.store.list = async () => Promise.reject(busUnavailable('The snapshot store'));
    await expect(start(ground, READER, patience)).rejects.toMatchObject({ code: 'log_unavailable' });
    expect(retries).toHaveLength(4);
  });

  it('goes on counting what came after', async () => {
    const ground = await withSnapshots();
    grow(ground, 3);
    const { state } = await start(ground);
    for (const entry of ground.entries.slice(state!.sequence)) step(state!, entry);
    expect(Buffer.compare(encodeState(state!), encodeState(countedAfresh(ground.entries)))).toBe(0);
  });
});
