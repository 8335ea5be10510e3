import { expect, it } from 'vitest';
import { TurnBudget } from './turn-budget.ts';

/** Turns that the test begins, on a clock of its own. */
function turns(): { budget: TurnBudget; turn(afterMs?: number): Promise<void> } {
  let nowMs = 0;
  const acts: (() => void)[] = [];
  const budget = new TurnBudget({
    msMin: 20, msMax: 50, nowMs: () => nowMs,
    timers: { after: () => () => undefined, soon: (act) => (acts.push(act), () => undefined) },
  });
  return {
    budget,
    async turn(afterMs = 0) {
      nowMs += afterMs;
      for (const act of acts.splice(0)) act();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

it('bounds what all that share it take in a turn, and serves them in the order of asking', async () => {
  const { budget, turn } = turns();
  const done: string[] = [];
  const work = async (name: string, pieces: number): Promise<void> => {
    for (let piece = 0; piece < pieces; piece += 1) {
      while (budget.leftMs <= 0) await budget.nextTurn();
      budget.spend(8);
      done.push(name);
    }
  };
  const all = Promise.all([work('a', 4), work('b', 2), work('c', 1)]);
  // The third piece begins with 4 ms left, and is not cut.
  expect(done).toEqual(['a', 'a', 'a']);
  await turn();
  expect(done).toEqual(['a', 'a', 'a', 'a', 'b', 'b']);
  await turn();
  await all;
  expect(done).toEqual(['a', 'a', 'a', 'a', 'b', 'b', 'c']);
});

it('is half of what all else took in the last turn, within its limits', async () => {
  const { budget, turn } = turns();
  const leftAfter = async (spentMs: number, turnMs: number): Promise<number> => {
    budget.spend(spentMs);
    await turn(turnMs);
    return budget.leftMs;
  };
  expect([await leftAfter(30, 30), await leftAfter(10, 90), await leftAfter(50, 400), await leftAfter(5, 6)]).toEqual([20, 40, 50, 20]);
});
