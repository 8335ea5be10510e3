import { expect, describe, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { SUBJECTS } from '../subjects.ts';
import type { BusScene } from './scene.contract.ts';
import { codeOf, eventually, read, text } from './test-tools.ts';

/** Questions, fan-out and the key-value store of every bus. */
export function describeTalk(scene: BusScene): void {
  describe('questions', () => {
    const ask = (subject: string, body = 'x', timeoutMs = 2_000): Promise<Uint8Array> => scene.bus.request(subject, text(body), timeoutMs);

    it('are answered', async () => {
      const stop = scene.bus.respond('tocsin.test.echo', async (body, subject) => text(`${subject}: ${read(body)}`));
      expect(read(await ask('tocsin.test.echo', '你好'))).toBe('tocsin.test.echo: 你好');
      stop();
    });

    it('are shared by the answerers of one subject', async () => {
      const asked = [0, 0];
      const stops = asked.map((_, index) => scene.bus.respond('tocsin.test.shared', async () => {
        asked[index] = (asked[index] ?? 0) + 1;
        return text('ok');
      }));
      for (let index = 0; index < 40; index++) await ask('tocsin.test.shared');
      expect(asked[0]).toBeGreaterThan(0);
      expect(asked[1]).toBeGreaterThan(0);
      expect((asked[0] ?? 0) + (asked[1] ?? 0)).toBe(40);
      for (const stop of stops) stop();
    });

    it('bring the error that the answerer threw: code, sentence and whether to try again', async () => {
      const stop = scene.bus.respond('tocsin.test.refuse', async () => {
        throw new TocsinError('invalid_request', '窗口 must be kept: 24h', { retryable: true });
      });
      const error = await ask('tocsin.test.refuse').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TocsinError);
      expect(error).toMatchObject({ code: 'invalid_request', message: '窗口 must be kept: 24h', retryable: true });
      stop();
    });

    it('tell nothing of what a foreign error says', async () => {
      const stop = scene.bus.respond('tocsin.test.break', () => {
        throw new Error('the password is hunter2');
      });
      const error = await ask('tocsin.test.break').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'internal', retryable: false });
      expect(String(error)).not.toContain('hunter2');
      stop();
    });

    it('that nobody answers end in the code of who is missing', async () => {
      expect(await codeOf(ask(SUBJECTS.score))).toBe('scorer_unavailable');
      expect(await codeOf(ask(SUBJECTS.counts))).toBe('counter_unavailable');
      expect(await codeOf(ask('tocsin.test.nobody'))).toBe('log_unavailable');
    });

    it('end at their time limit', async () => {
      const stop = scene.bus.respond(SUBJECTS.score, () => new Promise(() => undefined));
      expect(await codeOf(ask(SUBJECTS.score, 'x', 50))).toBe('scorer_unavailable');
      stop();
    });

    it('are no longer answered by one who has stopped', async () => {
      const stop = scene.bus.respond(SUBJECTS.counts, async () => text('x'));
      await ask(SUBJECTS.counts);
      stop();
      expect(await codeOf(ask(SUBJECTS.counts))).toBe('counter_unavailable');
    });
  });

  describe('fan-out', () => {
    it('reaches everybody who listens, and those who listen to a pattern', async () => {
      const heard: string[] = [];
      scene.keep(scene.bus.subscribe('tocsin.live.*').subscribe((body) => heard.push(`pattern ${read(body)}`)));
      scene.keep(scene.bus.subscribe(SUBJECTS.liveCounts).subscribe((body) => heard.push(`counts ${read(body)}`)));
      await eventually('both listeners', () => {
        scene.bus.publish(SUBJECTS.liveCounts, text('1'));
        return heard.includes('pattern 1') && heard.includes('counts 1');
      });
    });

    it('does not reach one who listens to something else or has stopped', async () => {
      const wrong: string[] = [];
      const right: string[] = [];
      scene.keep(scene.bus.subscribe(SUBJECTS.liveFeedback).subscribe((body) => wrong.push(read(body))));
      const stopped = scene.bus.subscribe(SUBJECTS.liveCounts).subscribe((body) => wrong.push(read(body)));
      stopped.unsubscribe();
      scene.keep(scene.bus.subscribe(SUBJECTS.liveCounts).subscribe((body) => right.push(read(body))));
      await eventually('the listener', () => {
        scene.bus.publish(SUBJECTS.liveCounts, text('2'));
        return right.length > 0;
      });
      expect(wrong).toEqual([]);
    });
  });

  describe('key-value', () => {
    it('keeps the last value of each key until it is deleted', async () => {
      const store = scene.bus.keyValue('rules');
      expect(await store.entries()).toEqual(new Map());
      await store.put('burst', '{"v":1}');
      await store.put('burst', '{"v":2}');
      await store.put('other.rule', '中文');
      expect(await store.entries()).toEqual(new Map([['burst', '{"v":2}'], ['other.rule', '中文']]));
      await store.delete('burst');
      await store.delete('never-there');
      expect(await store.entries()).toEqual(new Map([['other.rule', '中文']]));
    });

    it('creates a key once: of several at once one alone has made it, and again after its deletion', async () => {
      const store = scene.bus.keyValue('links');
      const made = await Promise.all(['a', 'b', 'c'].map((value) => store.create('nonce', value)));
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await store.create('nonce', 'd')).toBe(false);
      expect((await store.entries()).get('nonce')).toBe(['a', 'b', 'c'][made.indexOf(true)]);
      await store.delete('nonce');
      expect(await store.create('nonce', 'e')).toBe(true);
      expect(await codeOf(store.create('with space', 'x'))).toBe('invalid_request');
    });

    it('tells at once and after each change', async () => {
      const store = scene.bus.keyValue('rules');
      let told = 0;
      scene.keep(store.changes().subscribe(() => { told += 1; }));
      await eventually('the first word', () => told === 1);
      await store.put('told', 'x');
      await eventually('the put', () => told === 2);
      await store.delete('told');
      await eventually('the deletion', () => told === 3);
    });

    it.each(['', 'with space', 'a*', 'a>', '.dot', 'dot.', '中文', 'x'.repeat(201)])('refuses the key "%s"', async (key) => {
      expect(await codeOf(scene.bus.keyValue('rules').put(key, 'x'))).toBe('invalid_request');
      expect(await codeOf(scene.bus.keyValue('rules').delete(key))).toBe('invalid_request');
    });
  });
}
