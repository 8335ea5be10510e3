import type { FeedbackItem } from '../../../core/feedback.ts';
import { link } from '../link.ts';
import { createDuplicateState } from '../state.ts';
import type { LabelledPair } from './labelled-set.ts';
import { Random } from './random.ts';

export interface KindResult {
  kind: string;
  isSame: boolean;
  isLimit: boolean;
  pairs: number;
  /** Pairs whose second text was linked to the first. */
  linked: number;
  /** Texts linked to one that they do not repeat: the second of a pair that differs, or any that stands between. */
  wronglyLinked: number;
}

export interface LinkQuality {
  precision: number;
  recall: number;
  kinds: KindResult[];
}

const START_MS = Date.UTC(2026, 2, 1);
const MINUTE_MS = 60_000;
/** Other texts of the customer between the two of a pair. */
const BETWEEN = 3;

/** Sends each pair as one customer's, with other texts between, and counts what is linked. */
export function measureLinks(pairs: readonly LabelledPair[], texts: readonly string[], seed: number): LinkQuality {
  const random = new Random(seed);
  const state = createDuplicateState();
  const kinds = new Map<string, KindResult>();
  let nowMs = START_MS;
  pairs.forEach(({ kind, isSame, isLimit, first, second }, index) => {
    let result = kinds.get(kind);
    if (result === undefined) kinds.set(kind, (result = { kind, isSame, isLimit, pairs: 0, linked: 0, wronglyLinked: 0 }));
    result.pairs++;
    const send = (id: string, text: string): string | null => {
      nowMs += 10;
      const found = link(state, makeItem({ id, text, customer: { id: `c${index}` }, createdAtMs: nowMs }), nowMs);
      return found.kind === 'repeat' ? found.of : null;
    };
    send('first', first);
    // What stands between is neither of the two, nor twice the same.
    const used = new Set([first, second]);
    while (used.size < BETWEEN + 2) {
      const text = random.pick(texts);
      if (used.has(text)) continue;
      used.add(text);
      if (send(`between${used.size}`, text) !== null) result.wronglyLinked++;
    }
    nowMs += MINUTE_MS / 60;
    const of = send('second', second);
    if (of === 'first') {
      result.linked++;
      if (!isSame) result.wronglyLinked++;
    } else if (of !== null) {
      result.wronglyLinked++;
    }
  });
  return { ...total([...kinds.values()].filter(({ isLimit }) => !isLimit)), kinds: [...kinds.values()] };
}

function total(kinds: readonly KindResult[]): { precision: number; recall: number } {
  let right = 0;
  let wrong = 0;
  let same = 0;
  for (const { isSame, linked, wronglyLinked, pairs } of kinds) {
    wrong += wronglyLinked;
    if (!isSame) continue;
    right += linked;
    same += pairs;
  }
  return { precision: right / Math.max(1, right + wrong), recall: right / Math.max(1, same) };
}

export function makeItem(given: Partial<FeedbackItem>): FeedbackItem {
  return { id: 'id', idGiven: false, workspace: 'default', text: '', channel: 'app', createdAtMs: START_MS, receivedAtMs: START_MS, ...given };
}
