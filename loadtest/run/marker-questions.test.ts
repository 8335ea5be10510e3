import { expect, it } from 'vitest';
import { MarkerQuestions } from './marker-questions.ts';
import type { Marker } from './marker.ts';

const ANSWER_MS = 20;

/** A server on virtual time that has a marker from `thereMs` on; each answer names all that are there, or only the one that was asked for. */
function scene(thereMs: Record<string, number>, names: 'all' | 'one'): { questions: MarkerQuestions; add(id: string): Marker; asked(): number } {
  let nowMs = 0;
  let asked = 0;
  const questions = new MarkerQuestions({
    where: 'store', nameOf: ({ id }) => id, nowMs: () => nowMs, sleep: async (ms) => void (nowMs += ms),
    async ask(marker) {
      asked += 1;
      nowMs += ANSWER_MS;
      const there = Object.keys(thereMs).filter((id) => thereMs[id]! <= nowMs && (names === 'all' || id === marker.id));
      return there.length === 0 ? null : there.join();
    },
  });
  const add = (id: string): Marker => {
    const marker: Marker = { id, product: id, sentAtMs: 0, seenAtMs: {} };
    questions.add(marker);
    return marker;
  };
  return { questions, add, asked: () => asked };
}

it('sees a marker late by a tenth of what it waited at most, with few questions', async () => {
  const { questions, add, asked } = scene({ a: 12_000 }, 'one');
  const marker = add('a');
  await questions.done();
  expect(marker.seenAtMs.store).toBeGreaterThanOrEqual(12_000);
  expect(marker.seenAtMs.store).toBeLessThanOrEqual(12_000 * 1.1 + ANSWER_MS);
  expect(asked()).toBeLessThan(80);
});

it('asks for many that wait no more often than for one', async () => {
  for (const names of ['all', 'one'] as const) {
    const one = scene({ a: 8_000 }, names);
    one.add('a');
    await one.questions.done();
    const many = scene({ a: 8_000, b: 8_000, c: 8_000 }, names);
    const markers = ['a', 'b', 'c'].map((id) => many.add(id));
    await many.questions.done();
    for (const { seenAtMs } of markers) expect(seenAtMs.store).toBeGreaterThanOrEqual(8_000);
    expect(many.asked()).toBeLessThanOrEqual(one.asked() + (names === 'all' ? 0 : 2));
  }
});

it('gives one up that is nowhere after two minutes, and asks for those that come later', async () => {
  const { questions, add, asked } = scene({ b: 0 }, 'one');
  const [lost, found] = [add('a'), add('b')];
  await questions.done();
  expect(lost.seenAtMs.store).toBeUndefined();
  expect(asked()).toBeGreaterThan(1);
  const later = add('b');
  await questions.done();
  expect(later.seenAtMs.store).toBeDefined();
  expect(found.seenAtMs.store).toBeUndefined();
});
