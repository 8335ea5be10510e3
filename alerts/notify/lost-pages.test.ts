import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeadLetterBox } from '../../stream/dead-letter-box/dead-letter-box.ts';
import { MemoryWriter } from '../../stream/store/memory-writer.ts';
import { readLostPage } from './lost-pages.ts';
import { incident } from './testing/sample-events.ts';
import { Scene } from './testing/scene.ts';
import { DEAD, DELIVERED, REFUSED, ScriptedChannel } from './testing/scripted-channel.ts';

const [one] = [incident(1)];
let hook: ScriptedChannel;
let scene: Scene;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  hook = new ScriptedChannel('hook');
  scene = new Scene({ channels: [hook] });
});
afterEach(async () => {
  scene.kill();
  await scene.bus.close();
  vi.useRealTimers();
});

const box = (): DeadLetterBox => new DeadLetterBox({ bus: scene.bus, writer: new MemoryWriter(), stored: { among: async () => new Set() }, clock: { nowMs: () => Date.now() }, sendPage: (bytes) => scene.sendAgain(bytes) });

describe('a page that is lost', () => {
  it('stands among the dead letters with what the receiver said, and is sent again from there once the channel is mended', async () => {
    hook.reply = () => REFUSED;
    await scene.start();
    await scene.raise(one.opened);
    expect(await box().list()).toMatchObject([{ stage: 'notify', log: 'pages/hook', reason: 'The page a-1 over hook is lost: HTTP 400', replayedAtMs: null }]);
    // Still refused: it stays where it is.
    await expect(box().replay(1)).rejects.toMatchObject({ code: 'page_lost', message: expect.stringContaining('HTTP 400') as string });
    expect(await box().list()).toMatchObject([{ replayedAtMs: null }]);
    hook.reply = () => DELIVERED;
    expect(await box().replay(1)).toEqual({ sequence: 1, outcome: 'replayed', items: 1 });
    expect(await box().replay(1)).toMatchObject({ outcome: 'already-replayed' });
    expect(hook.delivered).toEqual(['a-1:hook']);
    const records = await scene.records();
    expect(records.map(({ attempt, outcome, detail }) => [attempt, outcome, detail])).toEqual([
      [1, 'failed', 'HTTP 400'], [2, 'failed', 'sent again by hand: HTTP 400'], [3, 'delivered', 'sent again by hand: HTTP 200'],
    ]);
    // Its end is told now, because its fire was.
    await scene.raise(one.resolved);
    await vi.advanceTimersByTimeAsync(180_000);
    expect(hook.delivered).toEqual(['a-1:hook', 'a-1-r:hook']);
  });

  it('is one that was given up after a day, too', async () => {
    hook.reply = () => DEAD;
    await scene.start();
    await scene.at('10:00');
    await scene.raise(one.opened);
    for (let hour = 1; hour <= 26; hour++) await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await box().list()).toMatchObject([{ log: 'pages/hook', reason: expect.stringContaining('given up after 24 h') as string }]);
  });

  it('over a channel that is gone says so', async () => {
    hook.reply = () => REFUSED;
    await scene.start();
    await scene.raise(one.opened);
    const { bytes } = await box().get(1);
    const lost = readLostPage(bytes);
    await expect(scene.sendAgain(new TextEncoder().encode(JSON.stringify({ ...lost, channelId: 'gone' })))).rejects.toMatchObject({ code: 'not_found' });
    expect(() => readLostPage(new Uint8Array([1]))).toThrow('It is no page.');
  });
});
