/** What each benchmark measures, by its name on the command line; the program is `loadtest/bench/NAME.ts` but for the last. */
export const BENCHMARKS = {
  'alerts': 'The incident desk alone: alerts a second through its pure step, a day of a million alerts, ten thousand groups at once.',
  'boards': 'Every panel\'s query on a store of millions of items: p50 and p95, beside the same answer from the items themselves; bytes an item on disk.',
  'capacity': 'What one item costs each stage, by how many come in a second and how they are sent: the figures that `tocsin capacity` reckons with.',
  'codecs': 'Each column of a table by itself, in the order of the table\'s key, under its own codec and under others. It is right where none of them is clearly better: an eighth (and a tenth of a byte) smaller and not half as slow again, or no larger and read in two thirds of the time.',
  'duplicates': 'How well repeats are linked (precision and recall on texts that were changed on purpose), and how fast.',
  'gateway': 'The gateway with durable answers beside a bare uWebSockets.js handler that reads the same bodies.',
  'inserts': 'For each rate of feedback the batches that the sink cuts of it (up to four seconds of it, or 20,000 rows), inserted one after the other, beside a bare client insert of the same rows.',
  'packs': 'The built-in rules over weeks of replayed texts with surges planted among them: alerts a day that no surge explains, surges found, and how soon.',
  'restart': 'How long a counter with millions of items held takes to count again, and how long a snapshot stops the stream.',
  'scoring': 'Texts a second by backend and batch size, of raw frames into scored ones, and the time of one text.',
  'stages': 'Processor time of one item in each part of the whole program, by how items are sent.',
  'views': 'What each roll-up costs an insert, merges stopped: wall clock and processor time, median and the quickest tenth.',
  'windows': 'The counter\'s whole step by rules and keys, its memory, how its cost goes with W and N, how long its state takes to save and read.',
  'windows-peers': 'One sliding-window rule in several programs, one after another on the same events, each compared with an exact oracle.',
} as const;

export type BenchmarkName = keyof typeof BENCHMARKS;
