import { createRandom } from '../training/random.ts';

export interface Interval {
  value: number;
  /** 95 % percentile bootstrap over rows. */
  low: number;
  high: number;
}

/** Resamples the rows `rounds` times with a fixed seed and takes the 2.5th and 97.5th percentile of the figure. */
export function bootstrap(truth: readonly number[], guess: readonly number[], figure: (truth: number[], guess: number[]) => number, rounds = 200): Interval {
  const random = createRandom(20_240_501);
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const sampledTruth: number[] = [];
    const sampledGuess: number[] = [];
    for (let k = 0; k < truth.length; k++) {
      const at = Math.floor(random() * truth.length);
      sampledTruth.push(truth[at] ?? 0);
      sampledGuess.push(guess[at] ?? 0);
    }
    values.push(figure(sampledTruth, sampledGuess));
  }
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
  return { value: figure([...truth], [...guess]), low: at(0.025), high: at(0.975) };
}
