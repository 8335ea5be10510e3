import { foldText } from '../fold.ts';
import { PERTURBATIONS, clausesOf } from './perturb.ts';
import { Random } from './random.ts';

/** Two texts of one customer, and whether the second says the first again. */
export interface LabelledPair {
  kind: string;
  isSame: boolean;
  first: string;
  second: string;
  /** Pairs that no comparison of letters can tell from a typo: measured, and left out of the totals. */
  isLimit: boolean;
}

export interface TextPool {
  /** Unlabelled texts. */
  texts: readonly string[];
  /** Texts with the topic they are about; at least two a topic. */
  topics: readonly (readonly string[])[];
}

/** Folded letters a text must have to be drawn: shorter ones are linked where they are equal, which needs no measuring. */
const LETTERS_MIN = 8;
const NEIGHBOURS_TRIED = 400;

const FRAMES: readonly (readonly [string, string])[] = [
  ['我买的小象儿童书包，', '，希望尽快处理'],
  ['上周在你们店里下的单，', '，太失望了，差评'],
  ['您好，我是老客户了，', '，麻烦给个说法'],
  ['I bought the travel mug last week and ', '. Please fix this.'],
  ['Very disappointed with your service: ', ' - never again'],
];
const ORDERS = ['订单{n}还没发货，催了三次都没人理', '我的单号{n}退款一直没到账，什么时候处理', 'Order {n} arrived broken, I want my money back', '{n}号工单没有人跟进，已经投诉过了'];
const OPPOSITES: readonly (readonly [string, string])[] = [
  ['左', '右'], ['快', '慢'], ['好', '差'], ['大', '小'], ['有', '没有'], ['good', 'bad'], ['never', 'always'], ['love', 'hate'], ['红', '蓝'], ['能', '不能'],
];

/** `each`: pairs of each kind. The same seed and pool give the same set. */
export function makeLabelledSet({ texts, topics }: TextPool, each: number, seed: number): LabelledPair[] {
  const random = new Random(seed);
  const usable = texts.filter((text) => foldText(text).length >= LETTERS_MIN);
  const pairs: LabelledPair[] = [];
  const add = (kind: string, isSame: boolean, make: () => readonly [string, string] | null, isLimit = false): void => {
    for (let made = 0, tried = 0; made < each && tried < each * 40; tried++) {
      const pair = make();
      // Without a letter's difference from the first both labels would be wrong or idle.
      if (pair === null || pair[0] === pair[1] || (!isSame && foldText(pair[0]) === foldText(pair[1]))) continue;
      pairs.push({ kind, isSame, first: pair[0], second: pair[1], isLimit });
      made++;
    }
  };
  for (const [kind, perturb] of Object.entries(PERTURBATIONS)) {
    add(kind, true, () => {
      const text = random.pick(usable);
      const changed = perturb(text, random);
      return changed === null || foldText(changed).length < LETTERS_MIN / 2 ? null : [text, changed];
    });
  }
  add('other-text', false, () => [random.pick(usable), random.pick(usable)]);
  add('nearest-of-400', false, () => nearest(random.pick(usable), usable, random));
  add('same-topic', false, () => {
    const topic = random.pick(topics);
    return [random.pick(topic), random.pick(topic)];
  });
  add('same-frame', false, () => {
    const topic = random.pick(topics);
    const [before, after] = random.pick(FRAMES);
    const [one, two] = [random.pick(topic), random.pick(topic)];
    return foldText(one) === foldText(two) ? null : [before + one + after, before + two + after];
  });
  add('same-start', false, () => samePart(random.pick(usable), random.pick(usable), 'start'));
  add('same-end', false, () => samePart(random.pick(usable), random.pick(usable), 'end'));
  add('other-order', false, () => {
    const text = random.pick(ORDERS);
    const number = (): string => String(10_000_000 + random.below(89_999_999));
    return [text.replace('{n}', number()), text.replace('{n}', number())];
  });
  add('one-word-turned', false, () => {
    const text = random.pick(usable);
    const [from, to] = random.pick(OPPOSITES);
    return text.includes(from) ? [text, text.replace(from, to)] : null;
  }, true);
  return pairs;
}

/** The text and, of some others, the one with the largest share of pairs of letters in common. */
function nearest(text: string, texts: readonly string[], random: Random): readonly [string, string] {
  const shingles = shinglesOf(text);
  let best = '';
  let bestShare = -1;
  for (let tried = 0; tried < NEIGHBOURS_TRIED; tried++) {
    const other = random.pick(texts);
    if (other === text) continue;
    const share = jaccard(shingles, shinglesOf(other));
    if (share > bestShare && share < 1) [best, bestShare] = [other, share];
  }
  return [text, best];
}

/** The second text begins, or ends, with whole clauses of the first, at most two fifths of each of them. */
function samePart(text: string, other: string, part: 'start' | 'end'): readonly [string, string] | null {
  const clauses = part === 'start' ? clausesOf(text) : clausesOf(text).reverse();
  const rest = clausesOf(other);
  const common: string[] = [];
  const limit = Math.min(text.length, other.length) * 0.4;
  for (const clause of clauses) {
    if (common.join('').length + clause.length > limit) break;
    common.push(clause);
  }
  if (common.length === 0 || common.length === clauses.length || rest.length === 0) return null;
  return [text, part === 'start' ? common.join('') + rest.join('') : rest.join('') + common.reverse().join('')];
}

/** Pairs of neighbouring folded letters. */
function shinglesOf(text: string): Set<string> {
  const folded = foldText(text);
  const shingles = new Set<string>();
  for (let at = 1; at < folded.length; at++) shingles.add(folded.slice(at - 1, at + 1));
  return shingles;
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared++;
  return a.size + b.size === 0 ? 1 : shared / (a.size + b.size - shared);
}
